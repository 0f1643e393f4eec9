#include "card_maker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "cicada/base/file.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/line/content.h"
#include "cicada/host/perso/dialect.h"
#include "cicada/host/perso/run.h"
#include "cicada/tools/magazine/blank_kind.h"

namespace cicada::tools {
namespace {

namespace fs = std::filesystem;
namespace gp = host::gp;
namespace kernel = applet_sim::kernel;
namespace nvm = applet_sim::nvm;
namespace perso = host::perso;

constexpr std::string_view kUnfinished = ".unfinished";

/// A chip as it comes from its maker: a serial of its own, transport keys derived from the master key and that serial.
base::Result<std::unique_ptr<kernel::Card>> blank_card(const perso::Profile& profile, const gp::MasterKey& master_key,
                                                       std::unique_ptr<nvm::Storage> storage, SystemWorld& world,
                                                       base::Rng& rng) {
  const auto kind = magazine::blank_kind_named(profile.dialect);
  if (!kind) return base::fail({.fault = base::Fault::unsupported, .what = "no simulated card speaks this dialect"});
  gp::ChipSerial serial{};
  CICADA_CHECK(rng.fill(serial));
  CICADA_TRY(const auto keys, gp::diversify(master_key, serial));
  CICADA_TRY(const auto blank, magazine::blank_card(*kind, serial, keys));
  return kernel::Card::create_blank(world.world(), std::move(storage), blank);
}

base::Result<perso::Session> open_session(const perso::Profile& profile, host::iso7816::Channel& channel,
                                          const gp::MasterKey& master_key, base::Rng& rng) {
  const auto dialect = perso::dialect_of(profile);
  if (!dialect) return base::fail({.fault = base::Fault::bad_input, .what = "the profile's dialect is not known"});
  return perso::open_session(*dialect, channel, gp::diversified(master_key), rng);
}

base::Result<gp::MasterKey> throwaway_master_key(base::Rng& rng) {
  std::array<std::uint8_t, gp::MasterKey::kSize> octets{};
  CICADA_CHECK(rng.fill(octets));
  return gp::MasterKey{octets};
}

std::unexpected<perso::Problem> problem(const fs::path& file, const base::Error& error) {
  return std::unexpected{
      perso::Problem{.fault = error.fault, .text = fmt::format("{}: {}", file.string(), error.describe())}};
}

/// Where one run stops being the program's business: the file is there or it is not.
base::Result<void> publish(int folder, const fs::path& unfinished, const fs::path& finished) {
  // link() and not rename(): it fails when the name is taken, so that a second card can never replace the first.
  if (::link(unfinished.c_str(), finished.c_str()) != 0) {
    const bool taken = errno == EEXIST;
    return base::fail({.fault = taken ? base::Fault::conflict : base::Fault::io,
                       .what = taken ? base::Literal{"a card for this number exists already"}
                                     : base::Literal{"the card cannot be put under its name"}});
  }
  ::unlink(unfinished.c_str());
  // The name must survive a power cut before the card is reported.
  if (::fsync(folder) != 0) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be written"});
  return {};
}

}  // namespace

perso::Checked<Rehearsal> rehearse(const perso::Profile& profile, const perso::TerminalTrust& trust,
                                   host::issuance::CardJob job, const Complete& complete) {
  const auto any_problem = [](const base::Error& error) {
    return std::unexpected{perso::Problem{.fault = error.fault, .text = error.describe()}};
  };
  Rehearsal rehearsal{.keys = perso::make_key_plan(profile), .files = {}};
  perso::ChipKeys keys;
  if (profile.makes_keys()) {
    SystemWorld world;
    base::SystemRng rng;
    auto master_key = throwaway_master_key(rng);
    if (!master_key) return any_problem(master_key.error());
    auto chip = blank_card(profile, *master_key, std::make_unique<nvm::MemoryStorage>(), world, rng);
    if (!chip) return any_problem(chip.error());
    SimulatedCard card{*std::move(chip)};
    host::iso7816::Channel channel{card};
    auto secure = open_session(profile, channel, *master_key, rng);
    if (!secure) return any_problem(secure.error());
    auto made = perso::make_keys(profile, *secure);
    if (!made)
      return std::unexpected{perso::Problem{.fault = made.error().error.fault, .text = made.error().describe()}};
    keys = *std::move(made);
  }
  if (const auto done = complete(job, keys); !done) return any_problem(done.error());
  const auto content = host::line::content_of(job, trust);
  if (!content) return any_problem(content.error());
  auto files = perso::make_plan(profile, *content);
  if (!files) return std::unexpected{files.error()};
  rehearsal.files = *std::move(files);
  return rehearsal;
}

base::Result<CardMaker> CardMaker::create(fs::path folder, perso::Profile profile, const gp::MasterKey& master_key,
                                          perso::TerminalTrust trust) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be made"});
  const int lock = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be opened"});
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return base::fail({.fault = base::Fault::io,
                       .what = "another run makes cards in this folder",
                       .hint = "wait until it has ended, or name another folder"});
  }
  CardMaker maker{lock, std::move(folder), std::move(profile), master_key, std::move(trust)};
  for (const auto& entry : fs::directory_iterator{maker.folder_, error}) {
    if (entry.path().extension() == kUnfinished) fs::remove(entry.path(), error);
  }
  if (error) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be read"});
  return maker;
}

CardMaker::CardMaker(CardMaker&& other) noexcept
    : lock_(std::exchange(other.lock_, -1)),
      folder_(std::move(other.folder_)),
      profile_(std::move(other.profile_)),
      master_key_(std::move(other.master_key_)),
      trust_(std::move(other.trust_)) {}

CardMaker::~CardMaker() {
  if (lock_ >= 0) ::close(lock_);
}

bool CardMaker::exists(std::string_view number) const {
  std::error_code error;
  return fs::exists(folder_ / (std::string{number} + ".card"), error);
}

base::Result<void> CardMaker::print(const host::issuance::CardJob& job) const {
  // What the printer puts on the plastic: without it nobody can open the chip.
  std::string mrz;
  for (const auto& line : job.mrz) mrz += line + "\n";
  CICADA_CHECK(base::write_file(folder_ / (job.number + ".mrz"), base::as_bytes(mrz), 0600));
  if (job.can.empty() || profile_.can != perso::CanRule::random) return {};
  return base::write_file(folder_ / (job.number + ".can"), base::as_bytes(job.can + "\n"), 0600);
}

perso::Checked<MadeCard> CardMaker::make(host::issuance::CardJob job, const Complete& complete) {
  const fs::path finished = folder_ / (job.number + ".card");
  const fs::path unfinished = folder_ / (job.number + std::string{kUnfinished});
  std::error_code ignored;
  auto apdus = write(job, unfinished, complete);
  if (apdus) {
    const auto printed = print(job);
    const auto published = printed ? publish(lock_, unfinished, finished) : printed;
    if (published) return MadeCard{.file = finished, .apdus = *apdus};
    apdus = problem(finished, published.error());
  }
  fs::remove(unfinished, ignored);
  return std::unexpected{apdus.error()};
}

perso::Checked<std::uint64_t> CardMaker::write(host::issuance::CardJob& job, const fs::path& file,
                                               const Complete& complete) {
  const auto stopped = [&file](const perso::RunFailure& failure) {
    return std::unexpected{
        perso::Problem{.fault = failure.error.fault, .text = fmt::format("{}: {}", file.string(), failure.describe())}};
  };
  SystemWorld world;
  base::SystemRng rng;
  auto storage = nvm::FileStorage::create(file);
  if (!storage) return problem(file, storage.error());
  auto chip = blank_card(profile_, master_key_, *std::move(storage), world, rng);
  if (!chip) return problem(file, chip.error());
  SimulatedCard card{*std::move(chip)};
  host::iso7816::Channel channel{card};
  auto secure = open_session(profile_, channel, master_key_, rng);
  if (!secure) return problem(file, secure.error());

  // The chip makes its keys, the data is completed with their public halves and signed, and then it is written.
  const auto keys = perso::make_keys(profile_, *secure);
  if (!keys) return stopped(keys.error());
  if (const auto completed = complete(job, *keys); !completed) return problem(file, completed.error());
  const auto content = host::line::content_of(job, trust_);
  if (!content) return problem(file, content.error());
  const auto plan = perso::make_plan(profile_, *content, secure->max_command_data());
  if (!plan) return std::unexpected{plan.error()};
  const auto done = perso::run(*plan, *secure);
  if (!done) return stopped(done.error());
  return channel.counters().apdus;
}

}  // namespace cicada::tools
