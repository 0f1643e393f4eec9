// The elementary files of an eMRTD: where they are, what they are called.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cicada::host::lds {

/// A file of the chip. dg1..dg16 have the values 1..16.
enum class Ef : std::uint8_t {
  dg1 = 1,
  dg2,
  dg3,
  dg4,
  dg5,
  dg6,
  dg7,
  dg8,
  dg9,
  dg10,
  dg11,
  dg12,
  dg13,
  dg14,
  dg15,
  dg16,
  com,
  sod,
  card_access,
  card_security,
  atr_info,
  dir,
  cvca,
};

/// Which directory a file lies in. The same FID and SFI mean different files in the two (011C, 011D).
enum class Directory : std::uint8_t { master_file, lds1 };

/// One row of the file table. @clause 9303-10 §3.10, §4.6, §4.7
struct EfInfo {
  Ef ef;
  Directory directory;
  std::uint16_t fid;           ///< file identifier
  std::uint8_t sfi;            ///< short file identifier, 1 to 30
  std::uint8_t tag;            ///< the tag that the content begins with; 0 when several are legal
  std::string_view name;       ///< "DG1", "EF.COM"
  std::string_view file_name;  ///< the name of a dump: "DG1.bin", "EF_COM.bin"
};

/// The octets of the LDS1 application's name: A0000002471001. @clause 9303-10 §4.3
[[nodiscard]] std::span<const std::uint8_t> lds1_aid() noexcept;

/// Every file that Cicada knows, in the order of Ef.
[[nodiscard]] std::span<const EfInfo> all_files() noexcept;
[[nodiscard]] const EfInfo& info(Ef ef) noexcept;
[[nodiscard]] inline std::string_view to_string(Ef ef) noexcept {
  return info(ef).name;
}

/// 1 to 16 for a data group, 0 for any other file.
[[nodiscard]] int data_group_number(Ef ef) noexcept;
/// The data group with this number; nothing outside 1 to 16.
[[nodiscard]] std::optional<Ef> data_group(int number) noexcept;

/// The file of the LDS1 application whose content begins with this tag (60, 77, 61, 75, 63, ...).
[[nodiscard]] std::optional<Ef> find_by_tag(std::uint32_t tag) noexcept;
[[nodiscard]] std::optional<Ef> find_by_fid(Directory directory, std::uint16_t fid) noexcept;
/// "DG1", "EF.COM", without regard to case; "COM", "SOD", "CardAccess" also do.
[[nodiscard]] std::optional<Ef> find_by_name(std::string_view name) noexcept;
/// "DG1.bin", "EF_SOD.bin", exactly.
[[nodiscard]] std::optional<Ef> find_by_file_name(std::string_view file_name) noexcept;

}  // namespace cicada::host::lds
