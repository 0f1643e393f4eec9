#include "blank.h"

#include <cstdio>
#include <utility>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/base/hex.h"
#include "cicada/tools/magazine/simulated_card.h"

namespace cicada::tools::magazine {

namespace kernel = applet_sim::kernel;
namespace nvm = applet_sim::nvm;

base::Result<void> make_blank(const std::filesystem::path& folder, const BlankKind& kind,
                              const host::gp::KeySource& keys, base::Rng& rng, nvm::Durability durability) {
  host::gp::ChipSerial serial{};
  CICADA_CHECK(rng.fill(serial));
  CICADA_TRY(const auto derived, keys(serial));
  CICADA_TRY(const auto blank, blank_card(kind, serial, derived));

  const auto finished = folder / (base::to_hex(serial) + ".card");
  auto unfinished = finished;
  unfinished.replace_extension(".unfinished");
  CICADA_TRY(auto storage, nvm::FileStorage::create(unfinished, durability));
  SystemWorld world;
  CICADA_CHECK(kernel::Card::create_blank(world.world(), std::move(storage), blank));
  if (std::rename(unfinished.c_str(), finished.c_str()) != 0) {
    return base::fail({.fault = base::Fault::io, .what = "a blank cannot be put under its name"});
  }
  return {};
}

}  // namespace cicada::tools::magazine
