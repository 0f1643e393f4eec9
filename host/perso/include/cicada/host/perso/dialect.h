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
  bool needs_bac_keys = false;    ///< the card cannot be finished without them
  /// Turns a profile and the content of one card into commands. Fails with bad_input when content is missing or does
  /// not fit.
  Checked<Plan> (*plan)(const Profile& profile, const Content& content);
  /// What the card's data sheet says about a status word to this instruction; empty when it says nothing.
  base::Literal (*explain)(std::uint8_t ins, std::uint16_t sw);
};

/// All dialects there are.
[[nodiscard]] std::span<const Dialect> dialects() noexcept;
/// nullptr when there is no such dialect.
[[nodiscard]] const Dialect* find_dialect(std::string_view name) noexcept;

/// The plan of `profile` in its dialect.
[[nodiscard]] Checked<Plan> make_plan(const Profile& profile, const Content& content);

}  // namespace cicada::host::perso
