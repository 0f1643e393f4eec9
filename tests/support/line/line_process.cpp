#include "line_process.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <utility>

#include "cicada/base/file.h"
#include "cicada/host/line/spool.h"
#include "cicada/host/pki/test_verifiers.h"
#include "cicada/host/vault/file_vault.h"
#include "cicada/tools/magazine/magazine.h"
#include "counted.h"
#include "journal_proxy.h"
#include "kill_points.h"

namespace cicada::test {

namespace line = host::line;
namespace journal = host::journal;
namespace magazine = tools::magazine;
namespace vault = host::vault;

namespace {

/// A step by what it leads to, everything else by the function's name.
class CountedJournal final : public JournalProxy {
 public:
  using JournalProxy::JournalProxy;

  base::Result<void> before(std::string_view call, std::span<const journal::Step> steps) override {
    tell(call, steps, "before");
    return {};
  }
  void after(std::string_view call, std::span<const journal::Step> steps) override { tell(call, steps, "after"); }

 private:
  static void tell(std::string_view call, std::span<const journal::Step> steps, std::string_view when) {
    if (!KillPoints::listens()) return;
    if (steps.empty()) return KillPoints::reached(fmt::format("journal {}", call), when);
    for (const auto& step : steps) {
      KillPoints::reached(fmt::format("journal {}", journal::to_string(step.to)), when);
    }
  }
};

template <typename Part, typename Wrap>
Part& wrapped(std::vector<std::unique_ptr<Part>>& keep, Part& part, const Wrap& wrap) {
  if (!wrap) return part;
  keep.push_back(wrap(part));
  return *keep.back();
}

}  // namespace

line::LineReport run_line(const Plant& plant, const LineSettings& settings) {
  if (settings.listen) KillPoints::listen();
  const auto store = must(magazine::Magazine::open(plant.magazine()));
  const auto stations = settings.stations == 0 ? plant.options().stations : settings.stations;
  std::vector<std::unique_ptr<line::Feeder>> keep_feeders;
  std::vector<std::unique_ptr<CountedFeeder>> counted_feeders;
  std::vector<line::Feeder*> feeders;
  for (std::uint32_t i = 0; i < stations; ++i) {
    keep_feeders.push_back(must(store->station(settings.first_station + i)));
    auto& feeder = wrapped(keep_feeders, *keep_feeders.back(), settings.feeder);
    counted_feeders.push_back(std::make_unique<CountedFeeder>(feeder));
    feeders.push_back(counted_feeders.back().get());
  }
  const auto opened = plant.open_journal(settings.name);
  CountedJournal counted_journal{*opened};
  std::vector<std::unique_ptr<journal::Journal>> keep_journals;
  auto& book = wrapped<journal::Journal>(keep_journals, counted_journal, settings.journal);
  const auto spool = settings.name == "line" ? plant.spool() : plant.options().folder / (settings.name + ".spool");
  line::JournalQueue queue{book, must(line::Spool::open(spool)), settings.queue};

  const vault::HoldsFence holds = [&](const vault::Grant& grant) { return queue.holds(grant.job, grant.fence); };
  std::vector<std::unique_ptr<vault::Vault>> keep_vaults;
  keep_vaults.push_back(settings.own_vault ? settings.own_vault(holds)
                                           : must(vault::open_file_vault(plant.country(), {.holds = holds})));
  CountedVault counted_vault{*keep_vaults.back()};
  auto& keys = wrapped<vault::Vault>(keep_vaults, counted_vault, settings.vault);

  line::LineConfig config{.name = settings.name,
                          .operator_id = "proof",
                          .jobs = plant.packs(),
                          .notes = plant.notes(),
                          .profile = &plant.profile(),
                          .trust = &plant.trust(),
                          .claims = {.batch = settings.claims, .lease = settings.lease},
                          .limits = settings.limits};
  config.on_card = settings.on_card;
  if (plant.profile().terminal_authentication) {
    config.terminal_trust.cvca.push_back(must(base::read_file(plant.country() / host::pki::test_country_file::kCvca)));
    config.terminal_trust.today = base::date_of(base::SystemClock{}.now());
  }
  line::Line made{std::move(config), queue, keys, feeders};
  return must(made.run({}));
}

pid_t start_process(const std::function<int()>& work) {
  std::fflush(stdout);
  std::fflush(stderr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child > 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is stopped leaves nothing running
  if (::getppid() != parent) ::_exit(70);
  int code = 70;
  try {
    code = work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::fflush(stdout);
  std::fflush(stderr);
  ::_exit(code);
}

int end_of(pid_t process) {
  int status = 0;
  if (::waitpid(process, &status, 0) != process) throw std::runtime_error("the process is not ours");
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int run_line_process(const Plant& plant, const LineSettings& settings) {
  return end_of(start_process([&] { return run_line(plant, settings).orderly() ? 0 : 1; }));
}

}  // namespace cicada::test
