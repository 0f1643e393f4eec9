// A card whose document was issued wrongly: the one thing that needs the host's word and the card's files.
#pragma once

#include "cicada/applet_sim/kernel/hooks.h"
#include "cicada/base/clock.h"
#include "cicada/host/misissue/catalogue.h"

namespace cicada::tools {

/// Puts the files of a forgery in the place of those that a card was issued with: kernel::Card::install, before the
/// power comes. Nothing of it is written to the card's memory.
class FaultyDocument final : public applet_sim::kernel::Hooks {
 public:
  /// Borrows both. `now` is the moment at which a reader will look.
  FaultyDocument(const host::misissue::Fault& fault, const host::pki::TestCountry& country, base::Instant now)
      : fault_(fault), country_(country), now_(now) {}

  /// Fails with not_found when the card has no EF.SOD, as host::misissue::forge(), and with limit.
  [[nodiscard]] base::Result<void> furnish(applet_sim::applet::CardState& card) override;
  /// What came with the forgery, after furnish().
  [[nodiscard]] const host::misissue::TrustMaterial& trust() const noexcept { return trust_; }

 private:
  const host::misissue::Fault& fault_;
  const host::pki::TestCountry& country_;
  base::Instant now_;
  host::misissue::TrustMaterial trust_ = {};
};

}  // namespace cicada::tools
