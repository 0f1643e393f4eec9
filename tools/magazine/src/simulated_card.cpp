#include "cicada/tools/magazine/simulated_card.h"

namespace cicada::tools {

namespace kernel = applet_sim::kernel;
namespace nvm = applet_sim::nvm;

SimulatedCard::SimulatedCard(std::unique_ptr<kernel::Card> card) : card_(std::move(card)), slot_(*card_) {
  slot_.power_on();
}

base::Result<std::unique_ptr<SimulatedCard>> SimulatedCard::open(const std::filesystem::path& file, SystemWorld& world,
                                                                 nvm::Durability durability) {
  CICADA_TRY(auto storage, nvm::FileStorage::open(file, durability));
  CICADA_TRY(auto card, kernel::Card::open(world.world(), std::move(storage)));
  return std::make_unique<SimulatedCard>(std::move(card));
}

base::Result<base::Bytes> SimulatedCard::transceive(base::ByteView command) {
  return slot_.transmit(command);
}

}  // namespace cicada::tools
