#include "cicada/host/gp/load_file.h"

#include <algorithm>
#include <utility>

#include "cicada/asn1/tlv.h"
#include "cicada/base/cursor.h"
#include "cicada/base/file.h"
#include "components.h"

namespace cicada::host::gp {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kComponentHeader = 3;  // tag, size
constexpr std::array<std::uint8_t, 4> kMagic{0xDE, 0xCA, 0xFF, 0xED};
constexpr std::array<std::uint8_t, 2> kZipMagic{'P', 'K'};

std::unexpected<base::Error> malformed(base::Literal what, base::Literal clause) {
  return fail({.fault = Fault::malformed, .what = what, .clause = clause});
}

Result<Aid> take_aid(base::Cursor& cursor) {
  CICADA_TRY(const auto size, cursor.take_u8());
  CICADA_TRY(const auto octets, cursor.take(size));
  return Aid::from(octets);
}

/// Tag, and a size that is the rest (JCVM Specification §6.2).
Result<void> check_frame(ByteView component, std::uint8_t tag) {
  base::Cursor cursor{component};
  CICADA_TRY(const auto found, cursor.take_u8());
  CICADA_TRY(const auto size, cursor.take_u16());
  if (found == tag && size == cursor.remaining()) return {};
  return malformed("a component of the load file contradicts its own tag or size", "JCVM Specification §6.2");
}

/// JCVM Specification §6.4: magic, format version, flags, package version and name.
Result<void> read_header(ByteView component, LoadFile& file) {
  base::Cursor cursor{component.subspan(kComponentHeader)};
  CICADA_TRY(const auto magic, cursor.take(kMagic.size()));
  if (!base::equal(magic, kMagic))
    return malformed("the header does not begin with DECAFFED", "JCVM Specification §6.4");
  CICADA_CHECK(cursor.take(3));  // format's minor and major version, flags
  CICADA_TRY(file.minor_version, cursor.take_u8());
  CICADA_TRY(file.major_version, cursor.take_u8());
  CICADA_TRY(file.package, take_aid(cursor));
  return {};
}

/// JCVM Specification §6.6: names, each with the offset of its install method.
Result<void> read_applets(ByteView component, LoadFile& file) {
  base::Cursor cursor{component.subspan(kComponentHeader)};
  CICADA_TRY(const auto count, cursor.take_u8());
  if (count > kMaxApplets) {
    return fail({.fault = Fault::limit, .what = "the load file has too many applets", .at = count});
  }
  for (unsigned i = 0; i < count; ++i) {
    CICADA_TRY(const auto aid, take_aid(cursor));
    CICADA_CHECK(cursor.take_u16());
    file.applets.push_back(aid);
  }
  return {};
}

}  // namespace

std::optional<std::size_t> component_with_tag(std::uint8_t tag) noexcept {
  const auto* const found = std::ranges::find(kComponents, tag, &ComponentKind::tag);
  if (found == kComponents.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kComponents.begin());
}

Result<LoadFile> assemble(const Components& components, bool with_descriptor) {
  LoadFile file;
  for (std::size_t i = 0; i < kComponents.size(); ++i) {
    const auto& component = components.at(i);
    if (!component) {
      if (kComponents.at(i).required) {
        return malformed("the load file lacks a component that every one has", "JCVM Specification §6.2");
      }
      continue;
    }
    CICADA_CHECK(check_frame(*component, kComponents.at(i).tag));
    if (kComponents.at(i).name == "Header") CICADA_CHECK(read_header(*component, file));
    if (kComponents.at(i).name == "Applet") CICADA_CHECK(read_applets(*component, file));
    if (i != kDescriptor || with_descriptor) base::append(file.code, *component);
  }
  return file;
}

Result<LoadFile> parse_ijc(ByteView bytes) {
  Components components;
  base::Cursor cursor{bytes};
  while (!cursor.at_end()) {
    auto peek = cursor;
    CICADA_TRY(const auto tag, peek.take_u8());
    CICADA_TRY(const auto size, peek.take_u16());
    CICADA_TRY(const auto component, cursor.take(kComponentHeader + size));
    const auto kind = component_with_tag(tag);
    if (!kind) return malformed("the file holds a component that no card loads", "JCVM Specification §6.2");
    if (components.at(*kind)) return malformed("the file holds a component twice", "JCVM Specification §6.2");
    components.at(*kind) = base::to_bytes(component);
  }
  return assemble(components, true);
}

Result<LoadFile> read_load_file(const std::filesystem::path& path, bool with_descriptor) {
  CICADA_TRY(const auto content, base::read_file(path, kMaxLoadFileSize));
  const auto front = ByteView{content}.first(std::min(content.size(), kZipMagic.size()));
  return base::equal(front, kZipMagic) ? parse_cap(content, with_descriptor) : parse_ijc(content);
}

base::Bytes load_file_data_block(const LoadFile& file) {
  return asn1::encode_tlv(0xC4, file.code);
}

Result<base::Bytes> load_file_hash(const LoadFile& file, crypto::openssl::HashAlgorithm algorithm) {
  return crypto::openssl::hash(algorithm, file.code);
}

}  // namespace cicada::host::gp
