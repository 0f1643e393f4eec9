// What a terminal asks for with MSE:Set AT, and what the chip offers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "cicada/applet_sim/protocol/agreement/domain.h"
#include "cicada/applet_sim/protocol/agreement/protocol_id.h"
#include "cicada/applet_sim/security/lapse.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::protocol::pace {

/// References of DO'83' (9303-11 §4.4.4.1; PIN and PUK: TR-03110-3 §B.11.1).
enum class Password : std::uint8_t { mrz = 1, can = 2, pin = 3, puk = 4 };

/// One PACEInfo of EF.CardAccess with standardized domain parameters.
struct Offer {
  agreement::Suite suite;
  agreement::DomainId domain = 0;

  friend bool operator==(const Offer&, const Offer&) = default;
};

struct Request {
  agreement::Suite suite;
  Password password = Password::mrz;
  std::optional<agreement::DomainId> domain;  ///< DO'84'
  bool certification_authorities = false;     ///< DO'7F4C': the references of the trust points are wanted
};

/// The data field of MSE:Set AT. Objects may come in any order, once each; objects of other tags are ignored (9303-11
/// §4.4.4.1, note 2). Fails with malformed and sw 6A80, unsupported and 6A80 (object identifier), not_found and 6A88
/// (password reference).
[[nodiscard]] base::Result<Request> parse_request(base::ByteView data);

/// The data field of MSE:Set AT as a chip with these lapses understands it, put into words that parse_request takes.
[[nodiscard]] base::Bytes request_with_lapses(base::ByteView data, std::span<const Offer> offers,
                                              security::Lapses lapses);

/// The offer that a request means. Without DO'84' there must be one only. Fails with unsupported and sw 6A80 (object
/// identifier not offered), not_found and 6A88 (domain parameters not offered with it, or ambiguous).
[[nodiscard]] base::Result<Offer> choose(std::span<const Offer> offers, const Request& request);

}  // namespace cicada::applet_sim::protocol::pace
