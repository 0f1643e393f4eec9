// The components of a load file (JCVM Specification §6).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/load_file.h"

namespace cicada::host::gp {

/// A component's name in a CAP file and its tag. The order is that of loading (JCVM Specification §6.2); the Descriptor
/// is the last.
struct ComponentKind {
  std::string_view name;
  std::uint8_t tag;
  bool required;
};
inline constexpr std::array<ComponentKind, 11> kComponents{{{"Header", 1, true},
                                                            {"Directory", 2, true},
                                                            {"Import", 4, true},
                                                            {"Applet", 3, false},
                                                            {"Class", 6, true},
                                                            {"Method", 7, true},
                                                            {"StaticField", 8, true},
                                                            {"Export", 10, false},
                                                            {"ConstantPool", 5, true},
                                                            {"RefLocation", 9, true},
                                                            {"Descriptor", 11, false}}};
inline constexpr std::size_t kDescriptor = kComponents.size() - 1;

/// The octets of each component, in the order of kComponents; nothing where there is none.
using Components = std::array<std::optional<base::Bytes>, kComponents.size()>;

/// What kind has this tag; nothing for a tag that no card loads.
[[nodiscard]] std::optional<std::size_t> component_with_tag(std::uint8_t tag) noexcept;

/// Checks tags and sizes, reads names from Header and Applet, and joins. Fails with malformed, or limit for more than
/// kMaxApplets.
[[nodiscard]] base::Result<LoadFile> assemble(const Components& components, bool with_descriptor);

}  // namespace cicada::host::gp
