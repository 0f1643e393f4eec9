#include "stand.h"

#include "cicada/applet_sim/nvm/storage.h"

namespace cicada::tests::mutation {

base::Result<void> Stand::power_up() {
  auto memory = std::make_unique<applet_sim::nvm::MemoryStorage>(std::make_shared<base::Bytes>(specimen_.card));
  CICADA_TRY(auto card, applet_sim::kernel::Card::open({.rng = rng_, .clock = clock_}, std::move(memory)));
  of_faults_.rewind();
  CICADA_CHECK(card->install(misbehaviour_));
  card->power_on();
  card_ = std::move(card);
  return {};
}

base::Result<void> Stand::reset() {
  card_->power_on();
  return {};
}

}  // namespace cicada::tests::mutation
