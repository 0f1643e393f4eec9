#include "load_file.h"

#include <algorithm>
#include <bitset>

#include "cicada/base/cursor.h"

namespace cicada::applet_sim::manager {
namespace {

using base::ByteView;
using base::Cursor;
using base::Result;

constexpr std::uint8_t kHeader = 1;
constexpr std::uint8_t kApplet = 3;
constexpr std::uint8_t kFirstCustom = 128;
constexpr std::uint8_t kLastStandard = 12;
constexpr std::uint32_t kMagic = 0xDECAFFED;

std::unexpected<base::Error> malformed(base::Literal what) {
  return base::fail({.fault = base::Fault::malformed, .what = what, .clause = "JCVM §6"});
}

Result<base::Bytes> take_aid(Cursor& cursor) {
  CICADA_TRY(const auto size, cursor.take_u8());
  if (size < kMinAidSize || size > kMaxAidSize) return malformed("an AID has 5 to 16 octets");
  CICADA_TRY(const auto aid, cursor.take(size));
  return base::to_bytes(aid);
}

/// §6.4: magic, format version, flags, package version, package AID.
Result<void> read_header(ByteView info, LoadFile& file) {
  constexpr std::size_t kFormatAndFlags = 3;
  Cursor cursor{info};
  CICADA_TRY(const auto magic, cursor.take_u32());
  if (magic != kMagic) return malformed("not the header of a CAP file");
  CICADA_CHECK(cursor.take(kFormatAndFlags));
  CICADA_TRY(file.minor, cursor.take_u8());
  CICADA_TRY(file.major, cursor.take_u8());
  CICADA_TRY(file.aid, take_aid(cursor));
  return {};  // a package name may follow
}

/// §6.6: AID and install method of each applet.
Result<void> read_applets(ByteView info, LoadFile& file) {
  Cursor cursor{info};
  CICADA_TRY(const auto count, cursor.take_u8());
  if (count == 0 || count > kMaxModules) return malformed("no applet, or more than the card has room for");
  for (unsigned i = 0; i < count; ++i) {
    CICADA_TRY(auto aid, take_aid(cursor));
    CICADA_CHECK(cursor.take_u16());
    if (std::ranges::find(file.modules, aid) != file.modules.end()) return malformed("an applet twice");
    file.modules.push_back(std::move(aid));
  }
  if (!cursor.at_end()) return malformed("octets behind the last applet");
  return {};
}

}  // namespace

Result<LoadFile> read_load_file(ByteView components) {
  LoadFile file;
  std::bitset<256> seen;
  Cursor cursor{components};
  while (!cursor.at_end()) {
    CICADA_TRY(const auto tag, cursor.take_u8());
    CICADA_TRY(const auto size, cursor.take_u16());
    CICADA_TRY(const auto info, cursor.take(size));
    if (tag == 0 || (tag > kLastStandard && tag < kFirstCustom)) return malformed("an unknown component");
    if (seen.none() != (tag == kHeader)) return malformed("the header is the first component, and there is one");
    if (seen[tag]) return malformed("a component twice");
    seen[tag] = true;
    if (tag == kHeader) CICADA_CHECK(read_header(info, file));
    if (tag == kApplet) CICADA_CHECK(read_applets(info, file));
  }
  if (seen.none()) return malformed("a load file without components");
  return file;
}

}  // namespace cicada::applet_sim::manager
