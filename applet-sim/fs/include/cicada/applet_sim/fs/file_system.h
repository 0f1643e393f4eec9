// MF, DFs and transparent EFs (ISO/IEC 7816-4 §7.1).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cicada/applet_sim/security/status.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::fs {

using Fid = std::uint16_t;
inline constexpr Fid kMfFid = 0x3F00;

/// What the card holds at most: octets of EF content, and DFs and EFs together (the MF is not counted).
inline constexpr std::size_t kMaxContent = 128UL * 1024;
inline constexpr std::size_t kMaxFiles = 64;
inline constexpr std::size_t kMaxFileSize = 65535;
inline constexpr std::uint8_t kMaxSfi = 30;
inline constexpr std::size_t kMinAidSize = 5;
inline constexpr std::size_t kMaxAidSize = 16;

/// A file's place in the order of creation; it stays valid until all files are deleted together.
enum class FileId : std::uint8_t {};

/// A DF, or the MF when empty.
using DfId = std::optional<FileId>;

/// What CREATE FILE asks for. Two forms, told apart by `aid`.
struct FileSpec {
  DfId parent = {};
  Fid fid = 0;
  base::Bytes aid = {};                    ///< a DF: 5 to 16 octets; an EF: empty
  std::uint16_t size = 0;                  ///< an EF: 1 to 65,535 octets
  std::uint8_t sfi = 0;                    ///< an EF: 1 to 30, or 0 for none
  std::uint8_t security_condition = 0xFF;  ///< an EF: who may read it

  [[nodiscard]] bool is_df() const noexcept { return !aid.empty(); }
};

struct Ef {
  DfId parent;
  Fid fid;
  std::uint8_t sfi;
  security::AccessCondition read;
  base::Bytes content;
};

struct Df {
  Fid fid;
  base::Bytes aid;
};

/// The files, in memory. Every question is const; the two changes are split into a check, which says what is wrong,
/// and an act that follows a check, so that the card can write the change to its memory in between.
class FileSystem {
 public:
  [[nodiscard]] std::optional<FileId> find_df(base::ByteView aid) const noexcept;
  /// An EF of this DF only: identifiers are resolved where the terminal stands (9303-10 §3).
  [[nodiscard]] std::optional<FileId> find_ef(DfId df, Fid fid) const noexcept;
  [[nodiscard]] std::optional<FileId> find_ef_by_sfi(DfId df, std::uint8_t sfi) const noexcept;
  /// nullptr when the file is no EF (no DF), or there is none with this number.
  [[nodiscard]] const Ef* ef(FileId id) const noexcept;
  [[nodiscard]] const Df* df(FileId id) const noexcept;
  [[nodiscard]] std::size_t count() const noexcept { return files_.size(); }

  /// Says why such a file cannot be created, with the status word for it: bad_input and 6A80 (a value outside its
  /// range), conflict and 6A89 (identifier in use) or 6985 (a DF in a DF), limit and 6A84 (memory).
  [[nodiscard]] base::Result<void> check_create(const FileSpec& spec) const;
  /// An EF is filled with 00. Fails like check_create.
  base::Result<FileId> create(const FileSpec& spec);

  /// An EF that is there as new, with another size, short identifier and condition; parent and identifier of `spec` do
  /// not matter. Fails like check_create, with not_found when there is no such EF.
  [[nodiscard]] base::Result<void> check_remake(FileId id, const FileSpec& spec) const;
  base::Result<void> remake(FileId id, const FileSpec& spec);

  /// Fails with not_found (no EF), limit and 6B00 (offset outside) or 6A84 (data over the end).
  [[nodiscard]] base::Result<void> check_write(FileId id, std::size_t offset, std::size_t count) const;
  /// Fails like check_write.
  base::Result<void> write(FileId id, std::size_t offset, base::ByteView data);

 private:
  struct File {
    std::optional<Df> df;
    std::optional<Ef> ef;
  };
  [[nodiscard]] const File* file(FileId id) const noexcept;
  [[nodiscard]] base::Result<void> check_ef(const FileSpec& spec) const;
  [[nodiscard]] base::Result<void> check_df(const FileSpec& spec) const;
  [[nodiscard]] bool fid_in_use(DfId parent, Fid fid) const noexcept;

  std::vector<File> files_;
  std::size_t content_ = 0;
};

}  // namespace cicada::applet_sim::fs
