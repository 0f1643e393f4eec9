#include "known_files.h"

#include <algorithm>
#include <array>

namespace cicada::conformance::procedures {
namespace {

constexpr std::array<KnownFile, 23> kFiles = {{
    {.name = "EF.CardAccess", .fid = 0x011C, .sfi = 0x1C, .tag = 0x31, .in_master_file = true, .open = true},
    {.name = "EF.CardSecurity", .fid = 0x011D, .sfi = 0x1D, .tag = 0x30, .in_master_file = true},
    {.name = "EF.ATR/INFO",
     .fid = 0x2F01,
     .sfi = 0x01,
     .tag = 0x47,
     .in_master_file = true,
     .open = true,
     .one_object = false},
    {.name = "EF.DIR",
     .fid = 0x2F00,
     .sfi = 0x1E,
     .tag = 0x61,
     .in_master_file = true,
     .open = true,
     .one_object = false},
    {.name = "EF.COM", .fid = 0x011E, .sfi = 0x1E, .tag = 0x60},
    {.name = "EF.SOD", .fid = 0x011D, .sfi = 0x1D, .tag = 0x77},
    {.name = "EF.CVCA", .fid = 0x011C, .sfi = 0x1C, .tag = 0x42, .one_object = false},
    {.name = "DG1", .fid = 0x0101, .sfi = 0x01, .tag = 0x61},
    {.name = "DG2", .fid = 0x0102, .sfi = 0x02, .tag = 0x75},
    {.name = "DG3", .fid = 0x0103, .sfi = 0x03, .tag = 0x63, .is_extended = true},
    {.name = "DG4", .fid = 0x0104, .sfi = 0x04, .tag = 0x76, .is_extended = true},
    {.name = "DG5", .fid = 0x0105, .sfi = 0x05, .tag = 0x65},
    {.name = "DG6", .fid = 0x0106, .sfi = 0x06, .tag = 0x66},
    {.name = "DG7", .fid = 0x0107, .sfi = 0x07, .tag = 0x67},
    {.name = "DG8", .fid = 0x0108, .sfi = 0x08, .tag = 0x68},
    {.name = "DG9", .fid = 0x0109, .sfi = 0x09, .tag = 0x69},
    {.name = "DG10", .fid = 0x010A, .sfi = 0x0A, .tag = 0x6A},
    {.name = "DG11", .fid = 0x010B, .sfi = 0x0B, .tag = 0x6B},
    {.name = "DG12", .fid = 0x010C, .sfi = 0x0C, .tag = 0x6C},
    {.name = "DG13", .fid = 0x010D, .sfi = 0x0D, .tag = 0x6D},
    {.name = "DG14", .fid = 0x010E, .sfi = 0x0E, .tag = 0x6E},
    {.name = "DG15", .fid = 0x010F, .sfi = 0x0F, .tag = 0x6F},
    {.name = "DG16", .fid = 0x0110, .sfi = 0x10, .tag = 0x70},
}};

}  // namespace

const KnownFile* find_file(std::string_view name) noexcept {
  const auto* const file = std::ranges::find(kFiles, name, &KnownFile::name);
  return file == kFiles.end() ? nullptr : file;
}

}  // namespace cicada::conformance::procedures
