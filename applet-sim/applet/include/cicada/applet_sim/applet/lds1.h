// The eMRTD application: its files, basic access control to them, chip authentication (9303-10 §3.2, 9303-11 §4.3,
// §6.2).
#pragma once

#include "cicada/applet_sim/applet/active_authentication.h"
#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

/// A0000002471001
[[nodiscard]] base::ByteView lds1_aid() noexcept;

class Lds1 final : public Applet {
 public:
  [[nodiscard]] Reply select(const Context& context, const apdu::CommandView& command) override;
  /// Forgets the keyed contexts.
  void deselect() noexcept override {
    bac_.reset();
    active_.forget();
  }
  [[nodiscard]] Reply call(const Context& context, const apdu::CommandView& command) override;

 private:
  [[nodiscard]] static Reply manage(const Context& context, const apdu::CommandView& command);
  [[nodiscard]] Reply authenticate(const Context& context, const apdu::CommandView& command);

  std::optional<protocol::bac::Bac> bac_;
  ActiveAuthentication active_;
};

}  // namespace cicada::applet_sim::applet
