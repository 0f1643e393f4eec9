// Files that hold keys: how they are written, all of them or none, and read back.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/base/literal.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/pki/line_keys.h"

namespace cicada::host::pki {

inline constexpr mode_t kPublicMode = 0644;
inline constexpr mode_t kKeyMode = 0600;

/// A file to be written. Keys are secret, so all contents are.
struct NewFile {
  std::string_view name;
  base::SecretBytes content;
  mode_t mode;
};

[[nodiscard]] NewFile public_file(std::string_view name, base::ByteView content);
[[nodiscard]] NewFile pem_file(std::string_view name, std::string_view label, base::ByteView der);
/// `comment` stands before the hexadecimal digits: lines that begin with '#'.
[[nodiscard]] NewFile hex_key_file(std::string_view name, std::string_view comment, const base::SecretBytes& key);
[[nodiscard]] base::Result<void> add_key(std::vector<NewFile>& files, std::string_view name,
                                         const crypto::openssl::PrivateKey& key);

/// All of them, or none. The folder is made if needed. Fails with io, or conflict when its place is taken.
[[nodiscard]] base::Result<void> write_all(const std::filesystem::path& dir, const std::vector<NewFile>& files);

/// What to say when a file is not there.
struct Missing {
  base::Literal what;
  base::Literal hint = "cicada pki init DIR makes a whole country";
};
/// Octets of `size` in hexadecimal; '#' begins a comment. Fails with malformed.
[[nodiscard]] base::Result<base::SecretBytes> parse_hex_key(base::ByteView text, std::size_t size);
/// Such octets in a file that is its owner's alone. Fails with not_found, bad_input (others may open it), malformed,
/// io.
[[nodiscard]] base::Result<base::SecretBytes> read_hex_key(const std::filesystem::path& file, std::size_t size,
                                                           const Missing& missing);

/// The files of a line's keys, with the check values of both master keys.
[[nodiscard]] base::Result<std::vector<NewFile>> line_key_files(const LineKeys& keys,
                                                                base::ByteView transport_master_key);
/// Fails with conflict when one of them is there.
[[nodiscard]] base::Result<void> refuse_existing_line_keys(const std::filesystem::path& dir);

}  // namespace cicada::host::pki
