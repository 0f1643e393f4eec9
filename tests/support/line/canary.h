// Looking for secrets where there must be none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"

namespace cicada::test {

struct Secret {
  std::string name;    ///< "transport master key"
  base::Bytes octets;  ///< eight at least: shorter ones are found by chance
};

/// A secret in a file, in one of the forms in which it could stand there.
struct Hit {
  std::string secret, form;  ///< "raw", "hex", "HEX", "base64"
  std::filesystem::path file;
};

/// Searches all files under a folder, as they lie on the disk; `excepted` are paths that are not looked into. Octets in
/// base64 are found at each of the three places that they can have in a group. Throws when a file cannot be read: what
/// was not searched must not pass.
[[nodiscard]] std::vector<Hit> find_secrets(const std::vector<Secret>& secrets, const std::filesystem::path& folder,
                                            const std::set<std::filesystem::path>& excepted, std::uint64_t* octets);

}  // namespace cicada::test
