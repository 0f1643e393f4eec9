#include "card_maker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "cicada/base/file.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/perso/dialect.h"
#include "cicada/host/perso/run.h"

namespace cicada::tools {
namespace {

namespace fs = std::filesystem;
namespace gp = host::gp;
namespace kernel = applet_sim::kernel;
namespace nvm = applet_sim::nvm;
namespace perso = host::perso;
namespace scp03 = applet_sim::protocol::scp03;
using host::lds::Ef;

constexpr std::string_view kUnfinished = ".unfinished";

/// "ef-com", "ef-sod", "dg1": the names of perso::content_names().
std::string content_name(Ef ef) {
  std::string name{host::lds::to_string(ef)};
  std::ranges::transform(name, name.begin(), [](char c) {
    return c == '.' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return name;
}

/// A chip as it comes from its maker: a serial of its own, transport keys derived from the master key and that serial.
base::Result<kernel::BlankCard> blank_chip(const gp::MasterKey& master_key, base::Rng& rng) {
  gp::ChipSerial serial{};
  CICADA_CHECK(rng.fill(serial));
  CICADA_TRY(const auto keys, gp::diversify(master_key, serial));
  kernel::BlankCard blank;
  blank.serial = serial;
  blank.transport_keys.k_enc = scp03::KeyEnc{keys.k_enc.expose()};
  blank.transport_keys.k_mac = scp03::KeyMac{keys.k_mac.expose()};
  blank.transport_keys.k_dek = scp03::KeyDek{keys.k_dek.expose()};
  return blank;
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

base::Result<perso::Content> content_of(const host::issuance::CardJob& job) {
  perso::Content content;
  for (const auto& [ef, octets] : job.files) content.files.emplace(content_name(ef), octets);
  CICADA_TRY(const auto keys, host::access::BacKeys::from_mrz_information(job.mrz_information));
  content.bac = perso::BacKeys{.k_enc = base::Key<perso::ForBacEncryption, 16>{keys.k_enc().expose()},
                               .k_mac = base::Key<perso::ForBacMac, 16>{keys.k_mac().expose()}};
  return content;
}

base::Result<CardMaker> CardMaker::create(fs::path folder, perso::Profile profile, const gp::MasterKey& master_key) {
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
  CardMaker maker{lock, std::move(folder), std::move(profile), master_key};
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
      master_key_(std::move(other.master_key_)) {}

CardMaker::~CardMaker() {
  if (lock_ >= 0) ::close(lock_);
}

bool CardMaker::exists(std::string_view number) const {
  std::error_code error;
  return fs::exists(folder_ / (std::string{number} + ".card"), error);
}

perso::Checked<MadeCard> CardMaker::make(const host::issuance::CardJob& job) {
  const fs::path finished = folder_ / (job.number + ".card");
  const fs::path unfinished = folder_ / (job.number + std::string{kUnfinished});
  std::error_code ignored;
  auto apdus = write(job, unfinished);
  if (apdus) {
    // What the printer puts on the plastic: without it nobody can open the chip.
    std::string mrz;
    for (const auto& line : job.mrz) mrz += line + "\n";
    const auto printed = base::write_file(folder_ / (job.number + ".mrz"), base::as_bytes(mrz), 0600);
    const auto published = printed ? publish(lock_, unfinished, finished) : printed;
    if (published) return MadeCard{.file = finished, .apdus = *apdus};
    apdus = problem(finished, published.error());
  }
  fs::remove(unfinished, ignored);
  return std::unexpected{apdus.error()};
}

perso::Checked<std::uint64_t> CardMaker::write(const host::issuance::CardJob& job, const fs::path& file) {
  SystemWorld world;
  base::SystemRng rng;
  auto blank = blank_chip(master_key_, rng);
  if (!blank) return problem(file, blank.error());
  auto storage = nvm::FileStorage::create(file);
  if (!storage) return problem(file, storage.error());
  auto chip = kernel::Card::create_blank(world.world(), *std::move(storage), *blank);
  if (!chip) return problem(file, chip.error());

  const auto content = content_of(job);
  if (!content) return problem(file, content.error());
  const auto plan = perso::make_plan(profile_, *content);
  if (!plan) return std::unexpected{plan.error()};
  SimulatedCard card{*std::move(chip)};
  host::iso7816::Channel channel{card};
  auto secure = perso::open_for_personalization(channel, gp::diversified(master_key_), rng);
  if (!secure) return problem(file, secure.error());
  const auto done = perso::run(*plan, *secure);
  if (!done) {
    return std::unexpected{perso::Problem{.fault = done.error().error.fault,
                                          .text = fmt::format("{}: {}", file.string(), done.error().describe())}};
  }
  return channel.counters().apdus;
}

}  // namespace cicada::tools
