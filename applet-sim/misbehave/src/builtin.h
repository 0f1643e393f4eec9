// The text of faults/*.toml, as the build found it.
#pragma once

#include <span>
#include <string_view>

namespace cicada::applet_sim::misbehave {

struct BuiltinFile {
  std::string_view name;
  std::string_view text;
};
[[nodiscard]] std::span<const BuiltinFile> builtin_files() noexcept;

}  // namespace cicada::applet_sim::misbehave
