#include "card_on_bench.h"

#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/port/vpcd.h"

namespace cicada::tools::lower_tester {

namespace kernel = applet_sim::kernel;
namespace port = applet_sim::port;

base::Result<std::unique_ptr<conformance::reader::CardInField>> CardOnBench::create(
    const kernel::CardContent& content, std::vector<applet_sim::misbehave::Fault> faults,
    conformance::reader::Presented presented, base::Rng& rng, const base::Clock& clock) {
  auto made = std::make_unique<CardOnBench>(std::move(faults), std::move(presented), rng);
  CICADA_TRY(made->card_,
             kernel::Card::create_personalized({.rng = rng, .clock = clock},
                                               std::make_unique<applet_sim::nvm::MemoryStorage>(), content));
  CICADA_CHECK(made->card_->install(made->log_));
  return made;
}

host::transport::Transport& CardOnBench::insert() {
  card_->power_off();
  card_->power_on();
  return slot_;
}

base::Result<void> CardOnBench::serve(const std::string& host, std::uint16_t number, const std::stop_token& stop) {
  CICADA_TRY(auto vpcd, port::Vpcd::connect({.host = host, .port = number}));
  CICADA_CHECK(vpcd.serve(*card_, stop));
  return {};
}

}  // namespace cicada::tools::lower_tester
