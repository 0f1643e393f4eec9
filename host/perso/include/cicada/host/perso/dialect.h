// Which commands write a card: cards differ, profiles do not. A dialect is a file (docs/personalization-scripts.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/iso7816/apdu.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/plan.h"
#include "cicada/host/perso/problem.h"
#include "cicada/host/perso/profile.h"

namespace cicada::host::perso {

/// Largest dialect file, octets.
inline constexpr std::size_t kMaxDialectSize = 64UL * 1024;
/// No session that would carry less than the dialect says.
inline constexpr std::size_t kAnyCommandData = SIZE_MAX;
/// Dialects that one set holds.
inline constexpr std::size_t kMaxDialects = 64;

/// What has to be open before the first command.
struct ChannelRule {
  std::optional<std::uint8_t> scp02 = {};  ///< security level, P1 of EXTERNAL AUTHENTICATE, when the card speaks SCP02
  std::optional<std::uint8_t> scp03 = {};  ///< the same of SCP03; neither: the commands go as they are
  std::uint8_t key_version = 0;            ///< of the transport keys; 0: the card chooses
  base::Bytes application = {};            ///< AID that is selected first; empty: whoever answers after the reset

  [[nodiscard]] bool secure() const noexcept { return scp02 || scp03; }
};

/// Where the private keys of the chip are made.
enum class KeyOrigin : std::uint8_t {
  none,      ///< the card has no keys of its own
  card,      ///< on the card; the public halves come out (run.h: make_keys)
  prepared,  ///< by the data preparation; Content::secrets brings them in
};

/// Who makes EF.CVCA. The card always fills it, when it learns whom to trust.
enum class CvcaFile : std::uint8_t {
  filled,  ///< created by the host
  made,    ///< made by the card
};

/// What a kind of card can hold.
struct CardLimits {
  std::size_t applications = 0;
  std::size_t files = 0;          ///< applications and files together
  std::size_t file_size = 0;      ///< octets of one file
  std::size_t memory = 0;         ///< octets of all files together
  std::size_t command_data = 0;   ///< octets of one data field, before the channel protects it
  std::size_t extended_data = 0;  ///< the same of commands with extended length; 0: there are none
  bool master_file = false;       ///< files can lie in the MF
};

/// What the file of a dialect says.
struct Script;

/// A kind of card: what it can hold, and how it is told. Immutable; many threads may use one.
class Dialect {
 public:
  /// Reads a dialect. `file_name` is for messages only. Refused with file, line and column: text that is not TOML, an
  /// unknown key, step or field, a wrong type, a missing key, a template that is none, and a command that could never
  /// fit a data field, or not always and without need.
  [[nodiscard]] static Checked<Dialect> parse(std::string_view text, std::string_view file_name);
  /// The same from a file.
  [[nodiscard]] static Checked<Dialect> load(const std::filesystem::path& path);

  Dialect(const Dialect&) = delete;
  Dialect& operator=(const Dialect&) = delete;
  Dialect(Dialect&&) noexcept;
  Dialect& operator=(Dialect&&) noexcept;
  ~Dialect();

  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] const std::string& description() const noexcept;
  [[nodiscard]] const CardLimits& limits() const noexcept;
  [[nodiscard]] const ChannelRule& channel() const noexcept;
  [[nodiscard]] KeyOrigin keys() const noexcept;

  /// What a profile asks for and this kind of card cannot do: the key of the profile, and a text. Nothing when it can.
  struct Obstacle {
    std::string_view key;  ///< "pace", "file", ...
    std::string text;
  };
  [[nodiscard]] std::optional<Obstacle> obstacle(const Profile& profile) const;

  /// Turns a profile and the content of one card into commands whose data fields have up to `most` octets. Fails with
  /// bad_input when content is missing or does not fit.
  [[nodiscard]] Checked<Plan> plan(const Profile& profile, const Content& content,
                                   std::size_t most = kAnyCommandData) const;
  /// Commands that make the keys of a profile on the card, in the order of ChipKeys; empty when it makes none.
  [[nodiscard]] Plan key_plan(const Profile& profile) const;
  /// Commands that bring a card whose content was begun but not finished back to blank; empty when the card has none.
  [[nodiscard]] Plan erase_plan() const;
  /// The command that asks for the public half of the key that a step of key_plan made, from an offset on. Nothing when
  /// the card gives it whole at once.
  [[nodiscard]] std::optional<iso7816::CommandApdu> public_half(const Profile& profile, std::size_t key,
                                                                std::size_t offset) const;
  /// Reads the whole public half. Fails with malformed.
  [[nodiscard]] base::Result<ChipPublicKey> parse_public_half(base::ByteView octets) const;
  /// Commands, the last of which answers the chip's id, on a card that does not say it when its channel is opened.
  /// Empty when there are none.
  [[nodiscard]] Plan chip_id_plan() const;
  /// The id in that answer. Fails with malformed.
  [[nodiscard]] base::Result<base::Bytes> parse_chip_id(base::ByteView answer) const;
  /// Commands, the last of which answers whether the card is locked, for a kind of card whose channel opens after the
  /// lock, too. Empty when there are none.
  [[nodiscard]] Plan is_locked_plan() const;
  /// What that answer says.
  [[nodiscard]] bool says_locked(base::ByteView answer) const noexcept;
  /// The same for an application that was personalized and takes nothing any more.
  [[nodiscard]] Plan is_personalized_plan() const;
  [[nodiscard]] bool says_personalized(base::ByteView answer) const noexcept;
  /// What the card's data sheet says about a status word to this instruction; empty when it says nothing.
  [[nodiscard]] std::string_view explain(std::uint8_t ins, std::uint16_t sw) const noexcept;

 private:
  friend class DialectReader;

  explicit Dialect(std::unique_ptr<const Script> script) noexcept;
  std::unique_ptr<const Script> script_;
};

/// Dialects by their names: those that the program brings, and those of the user's files.
class DialectSet {
 public:
  /// The program's own, from personalization-scripts/dialects.
  [[nodiscard]] static const DialectSet& builtin();

  /// Adds one. Fails with conflict when the name is taken, with limit.
  [[nodiscard]] Checked<void> add(const std::filesystem::path& file);
  /// Adds all `*.toml` of a folder. Fails with not_found when there is no such folder.
  [[nodiscard]] Checked<void> add_folder(const std::filesystem::path& folder);

  /// nullptr when there is no such dialect.
  [[nodiscard]] std::shared_ptr<const Dialect> find(std::string_view name) const noexcept;
  [[nodiscard]] std::vector<std::string_view> names() const;

 private:
  std::vector<std::shared_ptr<const Dialect>> dialects_;
};

/// The dialect of a profile: the one it was read with, else the program's own of this name. nullptr when there is none.
[[nodiscard]] std::shared_ptr<const Dialect> dialect_of(const Profile& profile);

/// The commands that make the keys of `profile` on a card; run them with make_keys (run.h).
[[nodiscard]] Plan make_key_plan(const Profile& profile);
/// The commands that make a card blank again on which a plan of `profile` stopped in Phase::content: what was written
/// is gone, also the keys that the card made. Empty when this kind of card cannot do that.
[[nodiscard]] Plan make_erase_plan(const Profile& profile);
/// The plan of `profile` in its dialect. `most`: octets of data that one command carries through the session in which
/// it will be run (Session::max_command_data), where that is less than the dialect's `command-data`: SCP03 in S16 mode.
[[nodiscard]] Checked<Plan> make_plan(const Profile& profile, const Content& content,
                                      std::size_t most = kAnyCommandData);

}  // namespace cicada::host::perso
