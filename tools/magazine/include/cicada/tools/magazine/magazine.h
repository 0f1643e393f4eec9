// A folder as the magazine of a personalization line: simulated cards are files, and a card moves by being renamed.
//
//   DIR/blanks/SERIAL.card       blanks, each under its chip's number
//   DIR/station-1/SERIAL.card    the slot of a station: at most one card
//   DIR/good/  DIR/quarantine/   where stations put them
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/line/feeder.h"
#include "cicada/tools/magazine/blank_kind.h"

namespace cicada::tools::magazine {

/// Blanks made at once at most: a province, three times.
inline constexpr std::uint64_t kMaxBlanks = 4'000'000;

struct MagazineOptions {
  /// relaxed: a card survives the end of the process at any moment (the operating system has its octets). durable: also
  /// a power cut, at the price of one fdatasync a command, like a real chip's memory and much slower.
  applet_sim::nvm::Durability durability = applet_sim::nvm::Durability::relaxed;
};

/// Stations, also of several processes, take blanks out of one folder: whoever renames a card first has it.
class Magazine {
 public:
  /// Makes the folders that are not there (0700). Fails with io.
  [[nodiscard]] static base::Result<std::unique_ptr<Magazine>> open(const std::filesystem::path& folder,
                                                                    MagazineOptions options = {});
  Magazine(const Magazine&) = delete;
  Magazine& operator=(const Magazine&) = delete;
  Magazine(Magazine&&) = delete;
  Magazine& operator=(Magazine&&) = delete;
  ~Magazine() = default;

  /// Makes `count` blanks with serials of their own. `keys` derives their transport keys. Fails with limit, io, and as
  /// `keys` and blank_card do.
  [[nodiscard]] base::Result<void> make_blanks(std::uint64_t count, const host::gp::KeySource& keys,
                                               const BlankKind& kind = {});
  /// The slot "station-N", N from 1, of this process alone while it lives. The magazine must live longer. Fails with
  /// conflict when another process has it, io.
  [[nodiscard]] base::Result<std::unique_ptr<host::line::Feeder>> station(std::size_t number);

  enum class Folder : std::uint8_t { blanks, good, quarantine };
  [[nodiscard]] std::filesystem::path path(Folder folder) const;
  /// Cards in a folder. Fails with io.
  [[nodiscard]] base::Result<std::uint64_t> count(Folder folder) const;

  /// Moves any blank into `slot` and says where it is now; nothing when there is none. For feeders.
  [[nodiscard]] base::Result<std::optional<std::filesystem::path>> take_blank(const std::filesystem::path& slot);
  [[nodiscard]] applet_sim::nvm::Durability durability() const noexcept { return options_.durability; }

 private:
  Magazine(std::filesystem::path folder, MagazineOptions options) : folder_(std::move(folder)), options_(options) {}
  [[nodiscard]] base::Result<std::optional<std::filesystem::path>> next_name();

  std::filesystem::path folder_;
  MagazineOptions options_;
  std::mutex mutex_;
  /// Where the list of blanks is being read: a folder of a million names is not listed for each card.
  std::filesystem::directory_iterator blanks_ = {};
};

}  // namespace cicada::tools::magazine
