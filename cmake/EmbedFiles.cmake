# Called by cicada_embed: writes OUTPUT with the text of FILES (names separated by commas, in FOLDER).
set(entries "")
string(REPLACE "," ";" names "${FILES}")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}" text)
  string(APPEND entries "    Entry{\"${name}\", R\"~text~(${text})~text~\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace ${NAMESPACE} {
using Entry = std::pair<std::string_view, std::string_view>;
[[nodiscard]] std::span<const Entry> ${FUNCTION}() noexcept;
std::span<const Entry> ${FUNCTION}() noexcept {
  static const std::vector<Entry> kFiles = {
${entries}  };
  return kFiles;
}
}  // namespace ${NAMESPACE}
")
