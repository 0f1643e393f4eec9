// Programs for a card: CAP and IJC files, and the load file data block that they become.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/gp/aid.h"

namespace cicada::host::gp {

/// A CAP or IJC file that is larger is refused before it is opened.
inline constexpr std::size_t kMaxLoadFileSize = 1024UL * 1024;
/// Entries of the ZIP container.
inline constexpr std::size_t kMaxCapEntries = 256;
/// Octets of one component: its size field has two octets, behind one for the tag (JCVM Specification §6.2).
inline constexpr std::size_t kMaxComponent = 65535 + 3;
/// Applets of one package.
inline constexpr std::size_t kMaxApplets = 64;

/// An executable load file, taken apart just as far as loading needs. Its code is not looked at: the card judges that.
struct LoadFile {
  Aid package;
  std::uint8_t major_version = 0;
  std::uint8_t minor_version = 0;
  std::vector<Aid> applets;  ///< executable modules; none in a library
  base::Bytes code;          ///< the components joined, in the order of JCVM Specification §6.2
};

/// Reads a CAP file: a ZIP archive with the components PACKAGE/javacard/*.cap in one folder. The Descriptor, which a
/// card may ignore, is loaded when `with_descriptor`; Debug never is.
///
/// The file may come from anybody. Fails with limit when a cap above is reached, whatever the archive says about its
/// sizes: of no entry more than kMaxComponent octets are unpacked. Fails with malformed when it is no ZIP archive, is
/// truncated or inconsistent, has a component twice or in two folders or under a name that climbs out of its folder,
/// lacks Header, Import, ConstantPool, Method or RefLocation, or has a component that contradicts its own size.
[[nodiscard]] base::Result<LoadFile> parse_cap(base::ByteView zip, bool with_descriptor = false);

/// Reads an IJC file: the components one after the other, without a container. Fails as parse_cap.
[[nodiscard]] base::Result<LoadFile> parse_ijc(base::ByteView components);

/// Either, told by its first octets. Fails with not_found, io or limit as base::read_file, and as above.
[[nodiscard]] base::Result<LoadFile> read_load_file(const std::filesystem::path& path, bool with_descriptor = false);

/// The load file data block: object C4 around the code (Card Specification §11.6.2.3).
[[nodiscard]] base::Bytes load_file_data_block(const LoadFile& file);

/// The hash over the code: the load file data block hash of INSTALL [for load] (Card Specification §C.2). Cards of the
/// time of SCP02 know SHA-1 only.
[[nodiscard]] base::Result<base::Bytes> load_file_hash(
    const LoadFile& file, crypto::openssl::HashAlgorithm algorithm = crypto::openssl::HashAlgorithm::sha256);

}  // namespace cicada::host::gp
