#include "cicada/host/lds/ef.h"

#include <algorithm>
#include <array>

namespace cicada::host::lds {
namespace {

constexpr auto kFiles = std::to_array<EfInfo>({
    {Ef::dg1, Directory::lds1, 0x0101, 0x01, 0x61, "DG1", "DG1.bin"},
    {Ef::dg2, Directory::lds1, 0x0102, 0x02, 0x75, "DG2", "DG2.bin"},
    {Ef::dg3, Directory::lds1, 0x0103, 0x03, 0x63, "DG3", "DG3.bin"},
    {Ef::dg4, Directory::lds1, 0x0104, 0x04, 0x76, "DG4", "DG4.bin"},
    {Ef::dg5, Directory::lds1, 0x0105, 0x05, 0x65, "DG5", "DG5.bin"},
    {Ef::dg6, Directory::lds1, 0x0106, 0x06, 0x66, "DG6", "DG6.bin"},
    {Ef::dg7, Directory::lds1, 0x0107, 0x07, 0x67, "DG7", "DG7.bin"},
    {Ef::dg8, Directory::lds1, 0x0108, 0x08, 0x68, "DG8", "DG8.bin"},
    {Ef::dg9, Directory::lds1, 0x0109, 0x09, 0x69, "DG9", "DG9.bin"},
    {Ef::dg10, Directory::lds1, 0x010A, 0x0A, 0x6A, "DG10", "DG10.bin"},
    {Ef::dg11, Directory::lds1, 0x010B, 0x0B, 0x6B, "DG11", "DG11.bin"},
    {Ef::dg12, Directory::lds1, 0x010C, 0x0C, 0x6C, "DG12", "DG12.bin"},
    {Ef::dg13, Directory::lds1, 0x010D, 0x0D, 0x6D, "DG13", "DG13.bin"},
    {Ef::dg14, Directory::lds1, 0x010E, 0x0E, 0x6E, "DG14", "DG14.bin"},
    {Ef::dg15, Directory::lds1, 0x010F, 0x0F, 0x6F, "DG15", "DG15.bin"},
    {Ef::dg16, Directory::lds1, 0x0110, 0x10, 0x70, "DG16", "DG16.bin"},
    {Ef::com, Directory::lds1, 0x011E, 0x1E, 0x60, "EF.COM", "EF_COM.bin"},
    {Ef::sod, Directory::lds1, 0x011D, 0x1D, 0x77, "EF.SOD", "EF_SOD.bin"},
    {Ef::card_access, Directory::master_file, 0x011C, 0x1C, 0x31, "EF.CardAccess", "EF_CardAccess.bin"},
    {Ef::card_security, Directory::master_file, 0x011D, 0x1D, 0x30, "EF.CardSecurity", "EF_CardSecurity.bin"},
    {Ef::atr_info, Directory::master_file, 0x2F01, 0x01, 0x00, "EF.ATR/INFO", "EF_ATR_INFO.bin"},
    {Ef::dir, Directory::master_file, 0x2F00, 0x1E, 0x61, "EF.DIR", "EF_DIR.bin"},
    {Ef::cvca, Directory::lds1, 0x011C, 0x1C, 0x42, "EF.CVCA", "EF_CVCA.bin"},
});

constexpr std::array<std::uint8_t, 7> kLds1Aid{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01};

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

template <typename Predicate>
std::optional<Ef> find_file(Predicate predicate) {
  const auto* const found = std::ranges::find_if(kFiles, predicate);
  if (found == kFiles.end()) return std::nullopt;
  return found->ef;
}

}  // namespace

std::span<const std::uint8_t> lds1_aid() noexcept {
  return kLds1Aid;
}

std::span<const EfInfo> all_files() noexcept {
  return kFiles;
}

const EfInfo& info(Ef ef) noexcept {
  return kFiles.at(static_cast<std::size_t>(ef) - 1);
}

int data_group_number(Ef ef) noexcept {
  const int value = static_cast<int>(ef);
  return value >= 1 && value <= 16 ? value : 0;
}

std::optional<Ef> data_group(int number) noexcept {
  if (number < 1 || number > 16) return std::nullopt;
  return static_cast<Ef>(number);
}

std::optional<Ef> find_by_tag(std::uint32_t tag) noexcept {
  return find_file(
      [tag](const EfInfo& row) { return row.directory == Directory::lds1 && row.ef != Ef::cvca && row.tag == tag; });
}

std::optional<Ef> find_by_fid(Directory directory, std::uint16_t fid) noexcept {
  return find_file([=](const EfInfo& row) { return row.directory == directory && row.fid == fid; });
}

std::optional<Ef> find_by_name(std::string_view name) noexcept {
  return find_file([name](const EfInfo& row) {
    return same_name(row.name, name) || (row.name.starts_with("EF.") && same_name(row.name.substr(3), name));
  });
}

std::optional<Ef> find_by_file_name(std::string_view file_name) noexcept {
  return find_file([file_name](const EfInfo& row) { return row.file_name == file_name; });
}

}  // namespace cicada::host::lds
