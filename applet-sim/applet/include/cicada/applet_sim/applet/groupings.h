// Personalization by data groupings (docs/card-commands.md, "Dialect gp-dgi").
#pragma once

#include <expected>
#include <vector>

#include "cicada/applet_sim/applet/applet.h"
#include "cicada/applet_sim/manager/channel.h"
#include "cicada/base/secret.h"

namespace cicada::applet_sim::applet {

struct Grouping {
  std::uint16_t number = 0;  ///< DGI
  base::SecretBytes value;   ///< decrypted
};

/// What one STORE DATA brought.
struct Unpacked {
  std::vector<Grouping> whole;
  Staged rest;            ///< a grouping that goes on, and the number of the next block
  bool last = false;      ///< b8 of P1
  bool answered = false;  ///< b1 of P1: the host expects data
};

/// Takes the groupings out of a command. `before`: what the block before left. Fails with the status word to answer.
[[nodiscard]] std::expected<Unpacked, apdu::StatusWord> unpack_groupings(const Staged& before,
                                                                         const apdu::CommandView& command,
                                                                         const manager::SecureChannel& channel);

/// Makes one grouping true.
[[nodiscard]] Reply take_grouping(const Context& context, const Grouping& grouping);
/// The last command: the application is PERSONALIZED. 6985 when it would be of no use.
[[nodiscard]] Reply finish_groupings(const Context& context);

}  // namespace cicada::applet_sim::applet
