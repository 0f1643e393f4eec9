// What a card holds, who may read it, and which commands write it.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/host/perso/chip.h"
#include "cicada/host/perso/problem.h"

namespace cicada::host::perso {

class Dialect;
class DialectSet;

/// Largest profile file, octets.
inline constexpr std::size_t kMaxProfileSize = 256UL * 1024;
/// The name by which a file says that it lies in the master file.
inline constexpr std::string_view kMasterFile = "MF";

/// Who may read a file.
enum class AccessRule : std::uint8_t {
  always,   ///< anyone
  bac,      ///< the older name of `access`
  eac_dg3,  ///< that, and terminal authentication with the right to DG3 (9303-11 §7.1)
  eac_dg4,  ///< that, and terminal authentication with the right to DG4
  never,
  access,  ///< after BAC or PACE (9303-11 §4)
};
[[nodiscard]] std::string_view to_string(AccessRule rule) noexcept;

/// How large a file is made.
enum class SizeRule : std::uint8_t {
  exact,  ///< as large as its content
  max,    ///< File::max octets; the card keeps 00 behind the content
};

/// What the last steps leave behind.
enum class FinalState : std::uint8_t {
  personalized,  ///< reading works; SET STATUS can still lock the card
  locked,        ///< reading works; nothing can be written any more, for good
};

/// Where the CAN of a card comes from.
enum class CanRule : std::uint8_t {
  last_six_digits,  ///< of the holder's number: nothing is printed as CAN on a CCCD
  random,           ///< and has to be printed
};

/// What kind of document the chip is in: how its MRZ is made.
enum class DocumentKind : std::uint8_t {
  cccd,      ///< TD1, the form of Vietnam's citizen cards
  passport,  ///< TD3
};

struct Application {
  std::string name;  ///< for messages and for File::df
  base::Bytes aid;   ///< 5 to 16 octets
  std::uint16_t fid = 0;
};

struct File {
  std::string name;  ///< "EF.COM", for messages
  std::string df;    ///< kMasterFile or an Application::name
  std::uint16_t fid = 0;
  std::uint8_t sfi = 0;  ///< 1 to 30, or 0: none
  std::string content;   ///< a name in Content::files, or empty: `fixed` is the content
  base::Bytes fixed;     ///< content that is the same on every card
  SizeRule size = SizeRule::exact;
  std::optional<std::uint32_t> max;  ///< most octets of content
  AccessRule read = AccessRule::never;
};

struct Profile {
  std::string name;  ///< the profile's own name: "cccd-2021"
  std::string description;
  /// SHA-256 of everything that the file says; comments, layout and the order of its keys make no difference.
  std::array<std::uint8_t, 32> digest{};
  DocumentKind document = DocumentKind::cccd;
  std::string dialect;                         ///< which commands write it: see dialect.h
  std::shared_ptr<const Dialect> script = {};  ///< the dialect itself; empty: the program's own of this name
  std::vector<Application> applications;
  std::vector<File> files = {};  ///< in the order in which they are written
  bool bac_keys = false;         ///< load document basic access keys
  bool pace_mrz = false;         ///< load the PACE password that is made of the MRZ
  bool pace_can = false;         ///< load the card access number
  CanRule can = CanRule::last_six_digits;
  std::vector<PaceEntry> pace = {};
  std::optional<ActiveAuthentication> active_authentication = {};
  std::vector<ChipAuthentication> chip_authentication = {};
  std::optional<TerminalAuthentication> terminal_authentication = {};
  FinalState finish = FinalState::locked;

  [[nodiscard]] bool has_keys() const noexcept { return active_authentication || !chip_authentication.empty(); }
  /// Keys are made where the data is prepared, and the card is given their private halves.
  [[nodiscard]] bool takes_keys() const;
  /// Keys are made on the card, and files depend on them.
  [[nodiscard]] bool makes_keys() const { return has_keys() && !takes_keys(); }
};

/// The content that the card writes itself: EF.CVCA, 36 octets.
inline constexpr std::string_view kCvcaContent = "ef-cvca";
inline constexpr std::size_t kCvcaFileSize = 36;

/// The names that `content` may have in a profile: "ef-com", "ef-sod", "dg1" to "dg16", "ef-cardaccess",
/// "ef-cardsecurity", "ef-dir", "ef-atr-info", and "ef-cvca".
[[nodiscard]] const std::vector<std::string>& content_names();

/// Reads a profile. `file_name` is for messages only. A profile is refused for: text that is not TOML, an unknown key,
/// a wrong type, a missing key, a value out of range, a FID, SFI, AID or name used twice, a dialect that is not in the
/// set, more files or octets than the dialect's card has, anything that this kind of card cannot do, and a line longer
/// than base::kMaxTomlLine. The problem says where, and what would be right.
[[nodiscard]] Checked<Profile> parse_profile(std::string_view text, std::string_view file_name,
                                             const DialectSet& dialects);
/// The same with the program's own dialects.
[[nodiscard]] Checked<Profile> parse_profile(std::string_view text, std::string_view file_name);
/// The same from a file. Its `dialect` may also be a path that ends in ".toml", from the profile's folder on.
[[nodiscard]] Checked<Profile> load_profile(const std::filesystem::path& path, const DialectSet& dialects);
[[nodiscard]] Checked<Profile> load_profile(const std::filesystem::path& path);

}  // namespace cicada::host::perso
