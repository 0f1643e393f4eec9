#include "cicada/tests/mutation/specimen.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/runner/plan.h"
#include "cicada/conformance/runner/run.h"
#include "cicada/tools/lower_tester/test_card.h"
#include "plain_files.h"
#include "stand.h"

namespace cicada::tests::mutation {

namespace fs = std::filesystem;
namespace lower_tester = tools::lower_tester;
namespace model = conformance::model;
namespace runner = conformance::runner;
using base::Result;

namespace {

/// The statement names files of the State; they are needed while it is read.
class Folder {
 public:
  [[nodiscard]] static Result<Folder> make() {
    std::string name = (fs::temp_directory_path() / "cicada-mutation-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      return base::fail({.fault = base::Fault::io, .what = "no temporary folder can be made"});
    return Folder{name};
  }
  Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder& operator=(Folder&&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  explicit Folder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

/// The units that a specimen can be asked about.
std::vector<std::string> units_of(const Specimen& specimen, const Cases& cases) {
  if (!specimen.files_only || !cases.ids.empty()) return cases.units;
  std::vector<std::string> units;
  for (const auto& unit : model::builtin_units()) {
    const bool wanted = cases.units.empty() || std::ranges::find(cases.units, unit.id) != cases.units.end();
    if (wanted && unit.id.starts_with("LDS_")) units.push_back(unit.id);
  }
  return units;
}

}  // namespace

Result<Specimen> make_specimen(std::string_view configuration, base::Rng& rng, const base::Clock& clock) {
  CICADA_TRY(auto card, lower_tester::make_test_card(configuration, rng, clock));
  CICADA_TRY(const auto folder, Folder::make());
  const std::string name{configuration};
  CICADA_CHECK(lower_tester::save(card, name, folder.path(), rng, clock));
  auto ics = model::load_ics(folder.path() / (name + ".ics.toml"));
  if (!ics) return base::fail({.fault = base::Fault::bad_input, .what = "the statement of a test card does not hold"});
  return Specimen{.configuration = name, .card = std::move(card.card), .ics = *std::move(ics), .now = clock.now()};
}

std::vector<std::string> Trial::with(model::Verdict verdict) const {
  std::vector<std::string> ids;
  for (const auto& one : record.records) {
    if (one.outcome.verdict == verdict) ids.push_back(one.info.id);
  }
  return ids;
}

Result<Trial> put(const Specimen& specimen, const std::vector<applet_sim::misbehave::Fault>& faults, const Cases& cases,
                  base::Rng& rng, const base::Clock& clock) {
  const auto plan =
      runner::make_plan(model::builtin_units(), {.ids = cases.ids, .units = units_of(specimen, cases), .profiles = {}},
                        {.repeat = 1, .seed = cases.seed});
  if (!plan) return base::fail({.fault = base::Fault::bad_input, .what = "there are no such cases"});
  Stand stand{specimen, faults, rng, clock};
  CICADA_CHECK(stand.power_up());
  runner::Setting setting{.target = stand, .rng = rng, .ics = specimen.ics, .now = specimen.now};
  if (specimen.files_only) setting.book.read_file = read_in_plain;
  std::stop_source enough;
  setting.stop = enough.get_token();
  auto finished = runner::run(*plan, std::move(setting), nullptr, [&](const runner::Progress& progress) {
    if (cases.enough != 0 && progress.failed >= cases.enough) enough.request_stop();
  });
  if (finished.ending == runner::Ending::stopped) {
    std::erase_if(finished.record.records,
                  [](const model::Record& one) { return one.outcome.reason.starts_with("not run:"); });
  }
  return Trial{.record = std::move(finished.record), .struck = stand.struck()};
}

}  // namespace cicada::tests::mutation
