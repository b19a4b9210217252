"""Deploys a profile of `profiles/` to a chain, and says whether a chain still is as its profile says.

profile = load_profile("profiles/devnet.yml")
port = Web3Port("http://127.0.0.1:8545", key=os.environ["DEPLOYER_KEY"])
deployed = apply(profile, caldera.artifacts.load(), port, "deployments/devnet.json")
deployed.address("AssetCertificate")
"""

from .applier import Deployment, apply, deployment
from .errors import DeploymentError
from .findings import Finding, Kind
from .load import load_profile, parse_profile
from .manifest import Intent, Manifest
from .planner import Plan, plan
from .port import Log, Port, Receipt
from .power_map import PowerMap
from .profile import Profile
from .read_map import power_map
from .steps import PlannedStep, Step
from .verifier import verify
from .web3_port import Web3Port

__all__ = [
    "Deployment",
    "DeploymentError",
    "Finding",
    "Intent",
    "Kind",
    "Log",
    "Manifest",
    "Plan",
    "PlannedStep",
    "Port",
    "PowerMap",
    "Profile",
    "Receipt",
    "Step",
    "Web3Port",
    "apply",
    "deployment",
    "load_profile",
    "parse_profile",
    "plan",
    "power_map",
    "verify",
]
