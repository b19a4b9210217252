// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title Receives tokens and certificates as badly as it is told to, and writes down what it was told
/// @dev While it is asked it carries out its attempts, whatever becomes of them, and then answers in its manner.
contract HostileReceiver is IERC721Receiver, IERC1155Receiver {
    enum Manner {
        Accept,
        WrongAnswer,
        ShortAnswer,
        LongAnswer,
        RevertSilently,
        RevertNamed,
        RevertLong,
        BurnGas
    }

    struct Attempt {
        address target;
        bytes payload;
    }

    struct Outcome {
        bool succeeded;
        bytes answer;
    }

    /// @dev Long enough to hurt whoever copies it, short enough to be made with half of a block's gas.
    uint256 private constant LONG = 2 ** 19;

    Manner public manner;
    Attempt[] private _attempts;
    Outcome[] private _outcomes;
    bytes[] private _heard;
    bytes[] private _seen;
    address private _looksAt;
    bytes private _question;

    error Unwilling(uint256 why);

    function behave(Manner manner_) external {
        manner = manner_;
    }

    /// @notice Adds to what is attempted the next time it is asked.
    function plan(address target, bytes calldata payload) external {
        _attempts.push(Attempt(target, payload));
    }

    /// @notice Asks this of that contract whenever it is asked, before its attempts.
    function watch(address target, bytes calldata question) external {
        (_looksAt, _question) = (target, question);
    }

    /// @notice Acts for whoever tells it to.
    function act(address target, bytes calldata payload) external returns (bytes memory answer) {
        bool ok;
        (ok, answer) = target.call(payload);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    function onERC721Received(
        address operator,
        address from,
        uint256 id,
        bytes calldata data
    ) external returns (bytes4) {
        return _hear(abi.encode(msg.sender, operator, from, id, data), IERC721Receiver.onERC721Received.selector);
    }

    function onERC1155Received(
        address operator,
        address from,
        uint256 id,
        uint256 units,
        bytes calldata data
    ) external returns (bytes4) {
        bytes memory heard = abi.encode(msg.sender, operator, from, id, units, data);
        return _hear(heard, IERC1155Receiver.onERC1155Received.selector);
    }

    function onERC1155BatchReceived(
        address operator,
        address from,
        uint256[] calldata ids,
        uint256[] calldata units,
        bytes calldata data
    ) external returns (bytes4) {
        bytes memory heard = abi.encode(msg.sender, operator, from, ids, units, data);
        return _hear(heard, IERC1155Receiver.onERC1155BatchReceived.selector);
    }

    /// @notice What came of the attempts, in order.
    function outcomes() external view returns (Outcome[] memory) {
        return _outcomes;
    }

    /// @notice Each question it was asked: the caller and the arguments, ABI-encoded.
    function heard() external view returns (bytes[] memory) {
        return _heard;
    }

    /// @notice What it saw each time, where it watches something.
    function seen() external view returns (bytes[] memory) {
        return _seen;
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC1155Receiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    function _hear(bytes memory what, bytes4 magic) private returns (bytes4) {
        _heard.push(what);
        if (_looksAt != address(0)) {
            (, bytes memory view_) = _looksAt.staticcall(_question);
            _seen.push(view_);
        }
        Attempt[] memory attempts = _attempts;
        delete _attempts;
        for (uint256 i = 0; i < attempts.length; ++i) {
            (bool succeeded, bytes memory answer) = attempts[i].target.call(attempts[i].payload);
            _outcomes.push(Outcome(succeeded, answer));
        }
        return _answer(magic);
    }

    function _answer(bytes4 magic) private view returns (bytes4) {
        Manner how = manner;
        if (how == Manner.WrongAnswer) return ~magic;
        if (how == Manner.RevertNamed) revert Unwilling(42);
        if (how == Manner.RevertSilently) {
            revert(); // solhint-disable-line gas-custom-errors, reason-string
        }
        if (how == Manner.BurnGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (how == Manner.ShortAnswer) {
            assembly ("memory-safe") {
                mstore(0, magic)
                return(0, 31)
            }
        }
        if (how == Manner.LongAnswer) {
            assembly {
                mstore(0, magic)
                return(0, LONG)
            }
        }
        if (how == Manner.RevertLong) {
            assembly {
                revert(0, LONG)
            }
        }
        return magic;
    }
}
