#include "pcsc_error.h"

namespace cicada::host::transport {

using base::Error;
using base::Fault;

Error pcsc_error(LONG code) noexcept {
  switch (code) {
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
    case SCARD_F_COMM_ERROR:
    case SCARD_E_INVALID_HANDLE:  // the service was restarted: it does not know our handles
      return {.fault = Fault::transport,
              .what = "the smart card service does not answer",
              .hint = "is pcscd running? (systemctl start pcscd.socket)"};
    case SCARD_E_NO_READERS_AVAILABLE:
      return {
          .fault = Fault::not_found, .what = "there is no card reader", .hint = "plug one in; is its driver there?"};
    case SCARD_E_UNKNOWN_READER:
      return {
          .fault = Fault::not_found, .what = "there is no reader of that name", .hint = "`cicada readers` lists them"};
    case SCARD_E_READER_UNAVAILABLE:
      return {.fault = Fault::transport, .what = "the reader is gone", .hint = "plug it in again"};
    case SCARD_E_NO_SMARTCARD:
      return {
          .fault = Fault::not_found, .what = "there is no card in the reader", .hint = "put the card on the reader"};
    case SCARD_W_REMOVED_CARD:
      return {.fault = Fault::card_removed, .what = "the card was removed", .hint = "put it back and start again"};
    // After a card died in mid-command pcscd says this once, before it notices the removal.
    case SCARD_E_NOT_TRANSACTED:
      return {.fault = Fault::card_removed,
              .what = "the card broke off in the middle of a command",
              .hint = "hold the card still and start again"};
    case SCARD_W_RESET_CARD:
      return {.fault = Fault::transport,
              .what = "another program has reset the card",
              .hint = "close other smart card programs"};
    case SCARD_E_SHARING_VIOLATION:
      return {.fault = Fault::conflict,
              .what = "another program is using the card",
              .hint = "close other smart card programs"};
    case SCARD_W_UNRESPONSIVE_CARD:
    case SCARD_W_UNPOWERED_CARD:
    case SCARD_W_UNSUPPORTED_CARD:
    case SCARD_E_CARD_UNSUPPORTED:
      return {.fault = Fault::transport,
              .what = "the card does not answer the reader's reset",
              .hint = "take the card off and put it back; is the chip damaged?"};
    case SCARD_E_PROTO_MISMATCH: return {.fault = Fault::unsupported, .what = "the card speaks neither T=0 nor T=1"};
    case SCARD_E_INSUFFICIENT_BUFFER:
      return {.fault = Fault::limit, .what = "the card's response is longer than an APDU can be"};
    case SCARD_E_TIMEOUT: return {.fault = Fault::transport, .what = "the reader did not answer in time"};
    case SCARD_E_NO_MEMORY: return {.fault = Fault::io, .what = "the smart card service is out of memory"};
    default:
      return {.fault = Fault::transport,
              .what = "the smart card service reports an error",
              .hint = "`at` is the PC/SC return code; see pcsclite.h",
              .at = static_cast<std::uint64_t>(code) & 0xFFFFFFFFU};
  }
}

}  // namespace cicada::host::transport
