// The MF with PACE, and DFs that have no application of their own.
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

class Root final : public Applet {
 public:
  /// The card manager, or a DF that was created with this AID. 6A82 otherwise.
  [[nodiscard]] Reply select(const Context& context, const apdu::CommandView& command) override;
  void deselect() noexcept override {}
  [[nodiscard]] std::vector<Change> before(const Context& context, const apdu::CommandView& command) override;
  [[nodiscard]] Reply call(const Context& context, const apdu::CommandView& command) override;
};

/// SELECT of the MF: 00 A4 00 0C, without data or with 3F00.
[[nodiscard]] Reply select_mf(const apdu::CommandView& command);

}  // namespace cicada::applet_sim::applet
