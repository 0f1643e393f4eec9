#include "cicada/host/gp/load_file.h"

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/hash.h"
#include "folder.h"
#include "tiny_cap.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::gp::parse_cap;
using host::gp::parse_ijc;

namespace {

/// The order of loading (JCVM Specification §6.2).
Bytes joined(const test::CapParts& parts, bool with_descriptor) {
  Bytes code;
  for (const auto* name : {"Header", "Directory", "Import", "Applet", "Class", "Method", "StaticField", "Export",
                           "ConstantPool", "RefLocation"}) {
    if (parts.contains(name)) base::append(code, parts.at(name));
  }
  if (with_descriptor) base::append(code, parts.at("Descriptor"));
  return code;
}

/// Every place where `what` stands in `in`.
std::vector<std::size_t> places(const Bytes& in, ByteView what) {
  std::vector<std::size_t> found;
  for (auto at = in.begin();; ++at) {
    at = std::search(at, in.end(), what.begin(), what.end());
    if (at == in.end()) return found;
    found.push_back(static_cast<std::size_t>(at - in.begin()));
  }
}

}  // namespace

TEST_GROUP(LoadFile){};

TEST(LoadFile, of_a_cap_file_joins_the_components_in_the_order_of_loading) {
  const auto parts = test::tiny_cap_parts();
  const auto file = parse_cap(test::zipped(parts));
  CHECK_OK(file);
  CHECK_BYTES(joined(parts, false), file->code);
  STRCMP_EQUAL("F043494341440102", file->package.to_text().c_str());
  LONGS_EQUAL(1, file->major_version);
  LONGS_EQUAL(3, file->minor_version);
  LONGS_EQUAL(1, file->applets.size());
  STRCMP_EQUAL("F04349434144010201", file->applets[0].to_text().c_str());
}

TEST(LoadFile, takes_the_descriptor_when_asked_and_the_debug_component_never) {
  const auto parts = test::tiny_cap_parts();
  const auto file = parse_cap(test::zipped(parts), true);
  CHECK_OK(file);
  CHECK_BYTES(joined(parts, true), file->code);
}

TEST(LoadFile, without_applets_is_a_library) {
  auto parts = test::tiny_cap_parts();
  parts.erase("Applet");
  const auto file = parse_cap(test::zipped(parts));
  CHECK_OK(file);
  LONGS_EQUAL(0, file->applets.size());
}

TEST(LoadFile, becomes_a_data_block_with_its_length_and_a_hash) {
  const auto file = parse_cap(test::zipped(test::tiny_cap_parts())).value();
  const auto block = host::gp::load_file_data_block(file);
  CHECK_BYTES(base::concat({"C482"_hex, Bytes{static_cast<std::uint8_t>(file.code.size() >> 8U),
                                              static_cast<std::uint8_t>(file.code.size())}}),
              ByteView{block}.first(4));
  CHECK_BYTES(file.code, ByteView{block}.subspan(4));
  CHECK_BYTES(crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, file.code).value(),
              host::gp::load_file_hash(file).value());
}

TEST(LoadFile, of_an_ijc_file_is_the_same) {
  const auto parts = test::tiny_cap_parts();
  const auto code = joined(parts, true);
  const auto file = parse_ijc(code);
  CHECK_OK(file);
  CHECK_BYTES(code, file->code);
  STRCMP_EQUAL("F043494341440102", file->package.to_text().c_str());
  for (std::size_t cut = 1; cut < code.size(); ++cut) {
    if (cut == parts.at("Descriptor").size()) continue;  // without this last, optional component it is whole again
    CHECK_FAULT(Fault::malformed, parse_ijc(ByteView{code}.first(code.size() - cut)));
  }
  CHECK_FAULT(Fault::malformed, parse_ijc(base::concat({code, parts.at("Debug")})));
  CHECK_FAULT(Fault::malformed, parse_ijc(base::concat({code, parts.at("Descriptor")})));
}

TEST(LoadFile, lacks_no_component_that_every_package_has) {
  for (const auto* name :
       {"Header", "Directory", "Import", "Class", "Method", "StaticField", "ConstantPool", "RefLocation"}) {
    auto parts = test::tiny_cap_parts();
    parts.erase(name);
    CHECK_FAULT(Fault::malformed, parse_cap(test::zipped(parts)));
  }
}

TEST(LoadFile, has_components_that_are_what_they_say) {
  const auto with = [](const std::string& name, Bytes octets) {
    auto parts = test::tiny_cap_parts();
    parts[name] = std::move(octets);
    return parse_cap(test::zipped(parts));
  };
  CHECK_FAULT(Fault::malformed, with("Class", "06000200"_hex));                                  // longer than it is
  CHECK_FAULT(Fault::malformed, with("Class", "0600010000"_hex));                                // shorter
  CHECK_FAULT(Fault::malformed, with("Class", "07000100"_hex));                                  // another tag
  CHECK_FAULT(Fault::malformed, with("Class", "06"_hex));                                        // no size
  CHECK_FAULT(Fault::malformed, with("Header", "010004DECAFFEE"_hex));                           // another magic
  CHECK_FAULT(Fault::malformed, with("Header", "010004DECAFFED"_hex));                           // nothing behind it
  CHECK_FAULT(Fault::malformed, with("Header", "01000E DECAFFED 0102 04 0301 04F0434943"_hex));  // a name of 4 octets
  CHECK_FAULT(Fault::malformed, with("Applet", "03000C 02 09F04349434144010201 0008"_hex));      // one of two
  CHECK_FAULT(Fault::limit, with("Applet", "030001 FF"_hex));
}

TEST_GROUP(HostileCap){};

TEST(HostileCap, that_is_truncated_is_refused_at_every_length) {
  const auto zip = test::zipped(test::tiny_cap_parts());
  CHECK(zip.size() > 1000);
  for (std::size_t size = 0; size < zip.size(); ++size) {
    CHECK_FAULT(Fault::malformed, parse_cap(ByteView{zip}.first(size)));
  }
}

TEST(HostileCap, with_any_octet_changed_is_refused_or_says_the_same_or_names_another_package) {
  const auto zip = test::zipped(test::tiny_cap_parts());
  const auto right = parse_cap(zip).value();
  std::size_t refused = 0;
  for (std::size_t at = 0; at < zip.size(); ++at) {
    for (const auto flip : {0x01, 0x80, 0xFF}) {
      auto wrong = zip;
      wrong[at] ^= static_cast<std::uint8_t>(flip);
      const auto file = parse_cap(wrong);
      if (!file) {
        CHECK(file.error().fault == Fault::malformed || file.error().fault == Fault::limit);
        ++refused;
      } else {
        CHECK_BYTES(right.code, file->code);  // time stamps, attributes: nothing that is loaded
      }
    }
  }
  CHECK(refused > zip.size());
}

TEST(HostileCap, that_unpacks_to_more_than_a_component_can_hold_is_not_unpacked) {
  auto parts = test::tiny_cap_parts();
  parts["Method"] = Bytes(8UL * 1024 * 1024);  // deflated: a few kilobytes
  const auto bomb = test::zipped(parts);
  CHECK(bomb.size() < 20000);
  CHECK_FAULT(Fault::limit, parse_cap(bomb));
}

TEST(HostileCap, that_lies_about_the_size_of_a_bomb_is_refused) {
  auto parts = test::tiny_cap_parts();
  const std::uint32_t real = 8UL * 1024 * 1024;
  parts["Method"] = Bytes(real);
  auto bomb = test::zipped(parts);
  const auto said = places(bomb, "00008000"_hex);  // 8 MiB, little-endian
  CHECK(!said.empty());
  for (const auto at : said) {
    bomb[at + 2] = 0x00;
    bomb[at + 1] = 0x03;  // 768 octets
  }
  CHECK_FAULT(Fault::malformed, parse_cap(bomb));
}

TEST(HostileCap, that_speaks_of_four_gigabytes_is_refused_without_asking_for_them) {
  const auto parts = test::tiny_cap_parts();
  auto zip = test::zipped(parts);
  const auto method = parts.at("Method").size();
  const auto said =
      places(zip, Bytes{static_cast<std::uint8_t>(method), static_cast<std::uint8_t>(method >> 8U), 0, 0});
  CHECK(!said.empty());
  for (const auto at : said) {
    for (std::size_t i = 0; i < 4; ++i) zip[at + i] = i == 0 ? 0xFE : 0xFF;
  }
  const auto file = parse_cap(zip);
  CHECK(!file);
  CHECK(file.error().fault == Fault::limit || file.error().fault == Fault::malformed);
}

TEST(HostileCap, with_names_that_climb_or_hide_is_refused) {
  const auto parts = test::tiny_cap_parts();
  for (const std::string name : {"../javacard/Export.cap", "vn/../javacard/Export.cap", "/javacard/Export.cap",
                                 "vn\\javacard\\Export.cap", "vn/./javacard/x", ".."}) {
    CHECK_FAULT(Fault::malformed, parse_cap(test::zipped(parts, {{name, "0A000100"_hex}})));
  }
  auto escape = test::zipped(parts, {{"a_[2J/readme", Bytes(1)}});
  for (const auto at : places(escape, base::as_bytes("a_[2J"))) escape[at + 1] = 0x1B;
  CHECK_FAULT(Fault::malformed, parse_cap(escape));
  // The control: an entry that is nobody's business.
  CHECK_OK(parse_cap(test::zipped(parts, {{"META-INF/MANIFEST.MF", Bytes(100, 'x')}, {"vn/readme..txt", Bytes(1)}})));
}

TEST(HostileCap, with_two_packages_or_a_component_twice_is_refused) {
  const auto parts = test::tiny_cap_parts();
  CHECK_FAULT(Fault::malformed, parse_cap(test::zipped(parts, {{"other/javacard/Export.cap", "0A000100"_hex}})));
  auto zip = test::zipped(parts, {{"vn/cicada/tiny/javacard/Xeader.cap", parts.at("Header")}});
  for (const auto at : places(zip, base::as_bytes("Xeader"))) zip[at] = 'H';
  CHECK_FAULT(Fault::malformed, parse_cap(zip));
}

TEST(HostileCap, with_too_many_entries_is_refused) {
  std::vector<std::pair<std::string, Bytes>> many;
  for (std::size_t i = 0; i < host::gp::kMaxCapEntries; ++i) many.emplace_back("x/" + std::to_string(i), Bytes(1));
  CHECK_FAULT(Fault::limit, parse_cap(test::zipped(test::tiny_cap_parts(), many)));
}

TEST(HostileCap, that_is_too_large_is_not_opened) {
  CHECK_FAULT(Fault::limit, parse_cap(Bytes(host::gp::kMaxLoadFileSize + 1)));
}

TEST_GROUP(ReadLoadFile) {
  tests::Folder dir;
};

TEST(ReadLoadFile, tells_the_two_kinds_apart_by_their_first_octets) {
  const auto parts = test::tiny_cap_parts();
  CHECK_OK(base::write_file(dir / "a", test::zipped(parts)));
  CHECK_OK(base::write_file(dir / "b", joined(parts, false)));
  CHECK_BYTES(host::gp::read_load_file(dir / "a").value().code, host::gp::read_load_file(dir / "b").value().code);
  CHECK_FAULT(Fault::not_found, host::gp::read_load_file(dir / "c"));
  CHECK_OK(base::write_file(dir / "d", Bytes(host::gp::kMaxLoadFileSize + 1)));
  CHECK_FAULT(Fault::limit, host::gp::read_load_file(dir / "d"));
  CHECK_OK(base::write_file(dir / "e", {}));
  CHECK_FAULT(Fault::malformed, host::gp::read_load_file(dir / "e"));
}
