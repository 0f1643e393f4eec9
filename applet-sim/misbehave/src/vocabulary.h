// The words of a catalogue, and which of them go together.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "cicada/applet_sim/misbehave/fault.h"

namespace cicada::applet_sim::misbehave {

template <typename T>
struct Named {
  std::string_view name;
  T value;
};

[[nodiscard]] std::span<const Named<Step>> steps() noexcept;
[[nodiscard]] std::span<const Named<Place>> places() noexcept;
[[nodiscard]] std::span<const Named<Subject>> subjects() noexcept;
[[nodiscard]] std::span<const Named<Outcome>> outcomes() noexcept;
[[nodiscard]] std::span<const Named<security::Lapse>> lapses() noexcept;
/// In the place of a check: what only a conformance test notices.
inline constexpr std::string_view kConformance = "conformance";
[[nodiscard]] std::span<const std::string_view> check_names() noexcept;
[[nodiscard]] std::optional<FileName> file_by_name(std::string_view name) noexcept;

template <typename T>
[[nodiscard]] std::optional<T> by_name(std::span<const Named<T>> words, std::string_view name) noexcept {
  for (const auto& word : words) {
    if (word.name == name) return word.value;
  }
  return std::nullopt;
}

/// What a verb may be said about, and the keys that belong to it.
struct Rule {
  std::string_view name;
  Verb verb;
  std::span<const Place> places;
  std::span<const std::string_view> required;
  std::span<const std::string_view> optional;
  std::span<const Subject> subjects = {};
};
[[nodiscard]] std::span<const Rule> rules() noexcept;

}  // namespace cicada::applet_sim::misbehave
