"""Vouchers: what happened on the chain as double-entry entries of one party's books."""

from .balance import trial_balance as trial_balance
from .bookkeeper import Bookkeeper as Bookkeeper
from .books import Reading as Reading
from .books import Suite as Suite
from .books import bring_up as bring_up
from .books import entity_of as entity_of
from .books import read as read
from .chart import Chart as Chart
from .chart import load_chart as load_chart
from .dues import Due as Due
from .dues import owed_by as owed_by
from .errors import VoucherError as VoucherError
from .journal import Imported as Imported
from .journal import Journal as Journal
from .logs import ChainLog as ChainLog
from .logs import Source as Source
from .money import Currency as Currency
from .party import Party as Party
from .rpc_source import RpcSource as RpcSource
from .voucher import Key as Key
from .voucher import Line as Line
from .voucher import Voucher as Voucher
from .write import as_csv as as_csv
from .write import as_jsonl as as_jsonl
from .write import as_table as as_table
