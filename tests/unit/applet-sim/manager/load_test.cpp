// Load files: what a card takes, and what it says of it.
#include "cards.h"
#include "cicada/base/cursor.h"
#include "cicada/crypto/openssl/hash.h"
#include "issuer.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using issuer::Application;
using issuer::Channel;
using terminal::Command;
using terminal::tlv;

namespace {

const Bytes kPackage = "D04349434144"_hex;

Bytes field(const Bytes& octets) {
  return concat({Bytes{static_cast<std::uint8_t>(octets.size())}, octets});
}

Bytes component(std::uint8_t tag, const Bytes& info) {
  Bytes out = {tag};
  append_unsigned(out, info.size(), 2);
  append(out, info);
  return out;
}

Bytes header(const Bytes& aid) {
  return component(1, concat({"DECAFFED 0102 04 0203"_hex, field(aid)}));
}

/// A CAP file's components: header, directory, applets, and `more` octets of a method component.
Bytes components(const Bytes& aid, const std::vector<Bytes>& applets, std::size_t more = 300) {
  Bytes list = {static_cast<std::uint8_t>(applets.size())};
  for (const auto& applet : applets) append(list, concat({field(applet), "0010"_hex}));
  return concat({header(aid), component(2, Bytes(31)), component(3, list), component(7, cards::pattern(more, 1))});
}

Command for_load(const Bytes& aid, const Bytes& hash = {}, const Bytes& domain = {}) {
  return {.ins = 0xE6, .p1 = 0x02, .data = concat({field(aid), field(domain), field(hash), "0000"_hex})};
}

}  // namespace

TEST_GROUP(Load) {
  Bench bench;
  std::optional<Channel> channel;
  void setup() override {
    bench.use(issuer::blank(Application::none));
    channel = Channel::open(bench.wire(), issuer::keys(), 0x33);
  }
  terminal::Response ask(const Command& command) {
    return channel->transmit(bench.wire(), command);
  }
  void check(unsigned sw, const Command& command) {
    const auto before = bench.memory();
    LONGS_EQUAL(sw, ask(command).sw);
    if (sw != 0x9000) CHECK_BYTES(before, bench.memory());
  }
  /// The answer to the last block.
  unsigned load(const Bytes& octets, std::size_t piece = 200) {
    unsigned number = 0;
    for (std::size_t at = 0; at < octets.size(); at += piece) {
      const auto part = ByteView{octets}.subspan(at, std::min(piece, octets.size() - at));
      const bool last = at + piece >= octets.size();
      const auto answer = ask({.ins = 0xE8,
                               .p1 = static_cast<std::uint8_t>(last ? 0x80 : 0x00),
                               .p2 = static_cast<std::uint8_t>(number++),
                               .data = to_bytes(part)});
      if (last || answer.sw != 0x9000) return answer.sw;
    }
    return 0;
  }
  unsigned take(const Bytes& aid, const Bytes& content) {
    LONGS_EQUAL(0x9000, ask(for_load(aid)).sw);
    return load(tlv(0xC4, content));
  }
  terminal::Response status(std::uint8_t what, const Bytes& filter = {}, std::uint8_t p2 = 0x02) {
    return ask({.ins = 0xF2, .p1 = what, .p2 = p2, .data = tlv(0x4F, filter), .le = 256});
  }
};

TEST(Load, registers_the_package_and_its_applets) {
  LONGS_EQUAL(0x9000, take(kPackage, components(kPackage, {"D0434943414401"_hex, "D0434943414402"_hex})));
  const auto expected =
      tlv(0xE3, "4F06D04349434144 9F700101 CE020302 8407D0434943414401 8407D0434943414402 CC08A000000151000000"_hex);
  CHECK_BYTES(expected, status(0x10).data);
  bench.reopen();
  channel = Channel::open(bench.wire(), issuer::keys(), 0x01);
  CHECK_BYTES(expected, status(0x10).data);
}

TEST(Load, takes_the_passport_applet_and_makes_a_document_of_it) {
  for (const auto application : {Application::jmrtd, Application::groupings}) {
    setup();
    const auto package = application == Application::jmrtd ? "A00000024710"_hex : "F043494341444101"_hex;
    const auto module = application == Application::jmrtd ? "A0000002471001"_hex : "F04349434144410101"_hex;
    check(0x6A88, issuer::install_passport(application));
    LONGS_EQUAL(0x9000, take(package, components(package, {module}, 20'000)));
    check(0x9000, issuer::install_passport(application));
    check(0x6985, issuer::install_passport(application));
    check(0x6985, {.ins = 0xE4, .data = tlv(0x4F, package)});
    bench.reopen();
    CHECK_BYTES("9000"_hex, bench.send("00A4040C07A0000002471001"_hex));
  }
}

TEST(Load, compares_the_hash_of_any_size) {
  namespace outside = cicada::crypto::openssl;
  const auto content = components(kPackage, {"D0434943414401"_hex});
  using enum outside::HashAlgorithm;
  for (const auto algorithm : {sha1, sha256, sha384, sha512}) {
    setup();
    auto hash = outside::hash(algorithm, content).value();
    hash[0] ^= 0x01U;
    check(0x9000, for_load(kPackage, hash));
    LONGS_EQUAL(0x6A80, load(tlv(0xC4, content)));
    hash[0] ^= 0x01U;
    check(0x9000, for_load(kPackage, hash));
    LONGS_EQUAL(0x9000, load(tlv(0xC4, content)));
  }
  check(0x6A80, for_load("D04349434199"_hex, Bytes(21)));
}

TEST(Load, wants_blocks_in_their_order_and_an_installation_before_them) {
  check(0x6985, {.ins = 0xE8, .data = "C400"_hex});
  check(0x9000, for_load(kPackage));
  check(0x6985, for_load(kPackage));
  check(0x9000, for_load(kPackage));  // the refused one ended what was begun
  check(0x6A86, {.ins = 0xE8, .p2 = 1, .data = "C400"_hex});
  check(0x6985, {.ins = 0xE8, .data = "C400"_hex});
  check(0x9000, for_load(kPackage));
  check(0x6A86, {.ins = 0xE8, .p1 = 0x40, .data = "C400"_hex});
  check(0x9000, for_load(kPackage));
  check(0x6700, {.ins = 0xE8});
  check(0x9000, for_load(kPackage));
  LONGS_EQUAL(0x9000, load(tlv(0xC4, components(kPackage, {"D0434943414401"_hex})), 1));
}

TEST(Load, refuses_what_is_no_load_file) {
  const Bytes applet = "D0434943414401"_hex;
  const auto good = components(kPackage, {applet});
  for (const auto& octets :
       {concat({tlv(0xC4, good), "00"_hex}), tlv(0xC5, good), tlv(0xC4, {}), good,
        tlv(0xC4, ByteView{good}.first(good.size() - 1)), tlv(0xC4, concat({good, "00"_hex})),
        tlv(0xC4, components("D04349434199"_hex, {applet})), tlv(0xC4, component(3, concat({"01"_hex, field(applet)}))),
        tlv(0xC4, concat({header(kPackage), header(kPackage)})), tlv(0xC4, concat({header(kPackage), "0D0000"_hex})),
        tlv(0xC4, concat({header(kPackage), component(2, {}), component(2, {})})),
        tlv(0xC4, components(kPackage, {applet, applet})), tlv(0xC4, components(kPackage, {"D0434943"_hex})),
        tlv(0xC4, component(1, "DECAFFEE 0102 04 0203 06D04349434144"_hex)),
        tlv(0xC4, components(kPackage, std::vector<Bytes>(9, applet)))}) {
    const auto before = bench.memory();
    LONGS_EQUAL(0x9000, ask(for_load(kPackage)).sw);
    LONGS_EQUAL(0x6A80, load(octets));
    CHECK_BYTES(before, bench.memory());
  }
  // A library has no applets, signatures in front are read over.
  LONGS_EQUAL(0x9000, ask(for_load(kPackage)).sw);
  LONGS_EQUAL(0x9000, load(concat({"E206 4F0101 C30103"_hex, tlv(0xC4, header(kPackage))})));
}

TEST(Load, has_room_for_64_KiB_and_8_files) {
  check(0x9000, for_load(kPackage));
  LONGS_EQUAL(0x6A84, load(Bytes(64UL * 1024 + 1, 0xC4)));
  for (std::uint8_t i = 0; i < 8; ++i) {
    auto aid = kPackage;
    aid.back() = i;
    LONGS_EQUAL(0x9000, take(aid, header(aid)));
  }
  const auto aid = "D043494341FF"_hex;
  check(0x9000, for_load(aid));
  LONGS_EQUAL(0x6A84, load(tlv(0xC4, header(aid))));
}

TEST(Load, is_listed_in_pieces_and_can_be_deleted) {
  // Each entry has 24 octets and more; not all of them fit one answer.
  for (std::uint8_t i = 0; i < 8; ++i) {
    auto aid = concat({kPackage, Bytes(8, i)});
    LONGS_EQUAL(0x9000, take(aid, header(aid)));
  }
  auto answer = status(0x20);
  LONGS_EQUAL(0x6310, answer.sw);
  auto all = answer.data;
  unsigned pieces = 1;
  while (answer.sw == 0x6310) {
    CHECK(answer.data.size() <= 224);
    answer = status(0x20, {}, 0x03);
    append(all, answer.data);
    ++pieces;
  }
  LONGS_EQUAL(0x9000, answer.sw);
  CHECK(pieces > 1);
  Bytes expected;
  for (std::uint8_t i = 0; i < 8; ++i) {
    const auto aid = concat({kPackage, Bytes(8, i)});
    append(expected, tlv(0xE3, concat({tlv(0x4F, aid), "9F700101 CE020302 CC08A000000151000000"_hex})));
  }
  CHECK_BYTES(expected, all);
  LONGS_EQUAL(0x6985, status(0x20, {}, 0x03).sw);  // there is nothing more
  LONGS_EQUAL(0x6310, status(0x20).sw);
  LONGS_EQUAL(0x6985, status(0x10, {}, 0x03).sw);  // of something else
  LONGS_EQUAL(0x6310, status(0x20).sw);
  LONGS_EQUAL(0x6985, status(0x20, kPackage, 0x03).sw);
  // By the whole AID, and by a front part of it.
  const auto third = concat({kPackage, Bytes(8, 3)});
  LONGS_EQUAL(0x9000, status(0x20, third).sw);
  check(0x9000, {.ins = 0xE4, .data = tlv(0x4F, third)});
  LONGS_EQUAL(0x6A88, status(0x20, third).sw);
  check(0x6A88, {.ins = 0xE4, .data = tlv(0x4F, third)});
  LONGS_EQUAL(0x6A88, status(0x40).sw);
  check(0x6A80, {.ins = 0xE4, .data = "4F00"_hex});
  check(0x6A80, {.ins = 0xE4, .data = "5000"_hex});
  check(0x6A86, {.ins = 0xE4, .p1 = 1, .data = tlv(0x4F, third)});
}

TEST(Load, of_something_else_is_listed_and_cannot_be_installed) {
  LONGS_EQUAL(0x9000, take(kPackage, components(kPackage, {"D0434943414401"_hex})));
  const auto install = [](const Bytes& file, const Bytes& module, const Bytes& instance, const Bytes& rest) {
    return Command{.ins = 0xE6, .p1 = 0x0C, .data = concat({field(file), field(module), field(instance), rest})};
  };
  const auto rest = "0100 02C900 00"_hex;
  const Bytes module = "D0434943414401"_hex;
  check(0x6985, install(kPackage, module, module, rest));
  check(0x6A88, install(kPackage, "D0434943414409"_hex, module, rest));
  check(0x6A88, install("D0434943414409"_hex, module, module, rest));
  check(0x6A80, install(kPackage, module, "D043"_hex, rest));
  check(0x6A80, install(kPackage, module, module, "0100 00 00"_hex));
  check(0x6A80, install(kPackage, module, module, "020000 02C900 00"_hex));
  check(0x6A80, install(kPackage, module, module, "0100 02C900 0000"_hex));
  check(0x6A80, install(kPackage, module, module, "0100 05C900"_hex));
  check(0x6A86, {.ins = 0xE6, .p1 = 0x10});
  check(0x6A86, {.ins = 0xE6, .p1 = 0x0C, .p2 = 1});
  check(0x6A80, for_load("D043"_hex));
  check(0x6A80, for_load("D04349434199"_hex, {}, "D04349434144"_hex));
  check(0x9000, for_load("D04349434199"_hex, {}, "A000000151000000"_hex));
}

TEST(Load, needs_the_channel) {
  bench.card->reset();
  for (const auto* command :
       {"80E60200", "80E80000", "80E40000", "80F28002024F0000", "80D80081", "80F0800F", "80E28000"}) {
    CHECK_BYTES("6982"_hex, bench.send(from_hex(command).value()));
  }
}
