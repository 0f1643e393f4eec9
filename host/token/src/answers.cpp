#include "answers.h"

namespace cicada::host::token {

using base::Error;
using base::Fault;

namespace {

constexpr base::Literal kLook = "look at the token, then run the same command again";

struct Words {
  Fault fault;
  base::Literal what;
  base::Literal hint;
};

Words words_of(CK_RV answer) noexcept {
  switch (answer) {
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
      return {Fault::security, "the token refuses the PIN", "it is not tried again: a few more would lock the token"};
    case CKR_PIN_LOCKED:
    case CKR_PIN_EXPIRED:
    case CKR_USER_PIN_NOT_INITIALIZED:
      return {Fault::security, "the token's PIN is locked or not set", "the token's security officer can set it"};
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_SLOT_ID_INVALID: return {Fault::transport, "the token is gone", kLook};
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_CRYPTOKI_NOT_INITIALIZED: return {Fault::transport, "the token closed the session", kLook};
    case CKR_KEY_HANDLE_INVALID:
    case CKR_OBJECT_HANDLE_INVALID:
    case CKR_OPERATION_ACTIVE: return {Fault::transport, "the token's session is out of step", kLook};
    case CKR_DEVICE_MEMORY:
    case CKR_HOST_MEMORY:
    case CKR_SESSION_COUNT: return {Fault::transport, "the token is full", "use fewer sessions, or wait"};
    case CKR_DEVICE_ERROR:
    case CKR_GENERAL_ERROR:
    case CKR_FUNCTION_FAILED:
    case CKR_FUNCTION_CANCELED: return {Fault::transport, "the token failed", kLook};
    case CKR_MECHANISM_INVALID:
    case CKR_MECHANISM_PARAM_INVALID:
    case CKR_FUNCTION_NOT_SUPPORTED:
    case CKR_KEY_TYPE_INCONSISTENT:
      return {Fault::unsupported, "the token cannot do this with this key", "look at docs/keys.md"};
    case CKR_KEY_FUNCTION_NOT_PERMITTED:
      return {Fault::unsupported, "the key in the token may not sign", "import it with the attribute CKA_SIGN"};
    default: return {Fault::crypto, "the token refused", ""};
  }
}

}  // namespace

Error error_of(CK_RV answer) noexcept {
  const auto words = words_of(answer);
  return {.fault = words.fault, .what = words.what, .hint = words.hint, .at = static_cast<std::uint64_t>(answer)};
}

}  // namespace cicada::host::token
