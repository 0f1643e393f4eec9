#include "cicada/host/lds/dir.h"

#include <algorithm>

#include "cicada/asn1/tlv.h"

namespace cicada::host::lds {
namespace {

constexpr asn1::Tag kTemplate = 0x61;
constexpr asn1::Tag kAid = 0x4F;
// ISO/IEC 7816-4 §12.2.3.
constexpr std::size_t kMinAidSize = 5;
constexpr std::size_t kMaxAidSize = 16;
constexpr base::Literal kClause = "9303-10 §3.11.2";

bool is_aid(base::ByteView aid) noexcept {
  return aid.size() >= kMinAidSize && aid.size() <= kMaxAidSize;
}

base::Result<DirEntry> read_entry(const asn1::Tlv& object) {
  CICADA_TRY(const auto parts, asn1::read_all(object.value));
  DirEntry entry;
  for (const auto& part : parts) {
    if (part.tag == kAid && entry.aid.empty()) {
      entry.aid = base::to_bytes(part.value);
    } else {
      entry.unknown.push_back({.tag = part.tag, .value = base::to_bytes(part.value)});
    }
  }
  if (!is_aid(entry.aid)) {
    return base::fail({.fault = base::Fault::malformed,
                       .what = "template of EF.DIR has no application identifier of 5 to 16 octets",
                       .clause = kClause});
  }
  return entry;
}

}  // namespace

base::Result<std::vector<DirEntry>> parse_dir(base::ByteView file) {
  std::vector<DirEntry> entries;
  asn1::TlvReader reader{file};
  while (!reader.at_end()) {
    const auto rest = reader.rest();
    if (std::ranges::all_of(rest, [](std::uint8_t octet) { return octet == 0; })) break;
    if (entries.size() == kMaxDirEntries) {
      return base::fail({.fault = base::Fault::limit, .what = "EF.DIR lists too many applications"});
    }
    CICADA_TRY(const auto object, reader.expect(kTemplate));
    CICADA_TRY(auto entry, read_entry(object));
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) {
    return base::fail({.fault = base::Fault::malformed, .what = "EF.DIR lists no application", .clause = kClause});
  }
  return entries;
}

base::Result<base::Bytes> build_dir(std::span<const DirEntry> entries) {
  base::Bytes file;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!is_aid(entries[i].aid)) {
      return base::fail({.fault = base::Fault::bad_input,
                         .what = "application identifier does not have 5 to 16 octets",
                         .clause = kClause,
                         .at = i});
    }
    base::Bytes content;
    asn1::append_tlv(content, kAid, entries[i].aid);
    for (const auto& object : entries[i].unknown) asn1::append_tlv(content, object.tag, object.value);
    asn1::append_tlv(file, kTemplate, content);
  }
  return file;
}

}  // namespace cicada::host::lds
