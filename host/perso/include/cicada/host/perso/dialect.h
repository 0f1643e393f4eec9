// Which commands write a card: cards differ, profiles do not.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cicada/base/literal.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/plan.h"
#include "cicada/host/perso/problem.h"
#include "cicada/host/perso/profile.h"

namespace cicada::host::perso {

/// What a kind of card can hold, and how it is told.
struct Dialect {
  std::string_view name;
  std::size_t max_applications = 0;
  std::size_t max_files = 0;      ///< applications and files together
  std::size_t max_file_size = 0;  ///< octets of one file
  std::size_t max_memory = 0;     ///< octets of all files together
  /// Turns a profile and the content of one card into commands. Fails with bad_input when content is missing or does
  /// not fit.
  Checked<Plan> (*plan)(const Profile& profile, const Content& content);
  /// Commands that make the keys of a profile on the card, in the order of ChipKeys; empty when it makes none.
  Plan (*key_plan)(const Profile& profile);
  /// Commands that bring a card whose content was begun but not finished back to blank; empty when the card has none.
  Plan (*erase_plan)(const Profile& profile);
  /// The command that asks for the public half of the key that a step of key_plan made, from an offset on.
  iso7816::CommandApdu (*public_half)(const Profile& profile, std::size_t key, std::size_t offset);
  /// Reads the whole public half. Fails with malformed.
  base::Result<ChipPublicKey> (*parse_public_half)(base::ByteView octets);
  /// What the card's data sheet says about a status word to this instruction; empty when it says nothing.
  base::Literal (*explain)(std::uint8_t ins, std::uint16_t sw);
};

/// All dialects there are.
[[nodiscard]] std::span<const Dialect> dialects() noexcept;
/// nullptr when there is no such dialect.
[[nodiscard]] const Dialect* find_dialect(std::string_view name) noexcept;

/// The commands that make the keys of `profile` on a card; run them with make_keys (run.h).
[[nodiscard]] Plan make_key_plan(const Profile& profile);
/// The commands that make a card blank again on which a plan of `profile` stopped in Phase::content: what was written
/// is gone, also the keys that the card made. Empty when this kind of card cannot do that.
[[nodiscard]] Plan make_erase_plan(const Profile& profile);
/// The plan of `profile` in its dialect.
[[nodiscard]] Checked<Plan> make_plan(const Profile& profile, const Content& content);

}  // namespace cicada::host::perso
