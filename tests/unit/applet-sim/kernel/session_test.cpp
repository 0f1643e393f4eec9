// Sessions: how they begin, and that they end for good.
#include <functional>
#include <utility>
#include <vector>

#include "cards.h"
#include "cicada/applet_sim/apdu/sw.h"
#include "scripted_rng.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
namespace vectors = cicada::tests::vectors;
using cards::Bench;
using terminal::Command;
using terminal::Messaging;
using vectors::octets;

TEST_GROUP(Session) {
  Bench bench;
  void setup() override {
    bench.use_personalized();
  }
  const Command read_com{.ins = 0xB0, .p1 = 0x9E, .le = 22};

  /// The session is dead: the next command, protected as it should be, is refused, and so is reading without.
  void check_dead(Messaging & session) {
    const auto answer = session.transmit(bench.wire(), read_com);
    CHECK(!session.secured);
    LONGS_EQUAL(0x6982, answer.sw);
    LONGS_EQUAL(0x6982, bench.plain(read_com).sw);
  }
};

TEST(Session, of_appendix_D_is_replayed_octet_for_octet) {
  constexpr const char* kFile = "icao9303_11_appD_bac_sm.json";
  const auto mutual = vectors::data(kFile, "bac-mutual-auth");
  terminal::ScriptedRng rng{concat({octets(mutual, "rnd_ic"), octets(mutual, "k_ic")})};
  const FixedClock clock{Instant{}};
  auto content = cards::content();
  content.files = {{.fid = 0x011E, .sfi = 0x1E, .content = octets(vectors::data(kFile, "ef-com-example"), "ef_com")}};
  auto card = kernel::Card::create_personalized({rng, clock}, std::make_unique<nvm::MemoryStorage>(), content);
  CHECK_OK(card);
  (*card)->power_on();
  CHECK_BYTES("9000"_hex, (*card)->process("00A4040C07A0000002471001"_hex));
  CHECK_BYTES(concat({octets(mutual, "rnd_ic"), "9000"_hex}), (*card)->process(octets(mutual, "get_challenge_capdu")));
  CHECK_BYTES(concat({octets(mutual, "resp_data"), "9000"_hex}),
              (*card)->process(octets(mutual, "external_authenticate_capdu")));
  for (const auto* id : {"sm-3des-select-efcom", "sm-3des-readbinary-4", "sm-3des-readbinary-18"}) {
    const auto data = vectors::data(kFile, id);
    CHECK_BYTES(octets(data, "protected_rapdu"), (*card)->process(octets(data, "protected_capdu")));
  }
}

TEST(Session, is_the_same_octet_for_octet_with_the_same_world) {
  std::vector<Bytes> first;
  for (int run = 0; run < 2; ++run) {
    Bench again{42};
    again.use_personalized();
    std::vector<Bytes> answers;
    const auto wire = [&](ByteView command) {
      answers.push_back(again.send(command));
      return answers.back();
    };
    again.select_lds1();
    auto session = terminal::bac(wire, cards::access_keys());
    static_cast<void>(session.transmit(wire, read_com));
    if (run == 0) first = answers;
    CHECK(first == answers);
  }
}

TEST(Session, survives_errors_of_the_application) {
  auto session = bench.open_session();
  const std::vector<std::pair<unsigned, Command>> errors = {
      {0x6A82, {.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "0177"_hex}},
      {0x6A82, {.ins = 0xB0, .p1 = 0x8F, .le = 8}},
      {0x6982, {.ins = 0xB0, .p1 = 0x83, .le = 8}},
      {0x6B00, {.ins = 0xB0, .p1 = 0x9E, .p2 = 22, .le = 8}},
      {0x6A86, {.ins = 0xB0, .p1 = 0xE1, .le = 8}},
      {0x6D00, {.ins = 0x22, .p1 = 0xC1, .p2 = 0xA4, .data = "8001AA"_hex}},
      {0x6985, {.ins = 0x82, .data = Bytes(40), .le = 40}},
      {0x6A80, {.ins = 0xB1, .data = "55020000"_hex, .le = 8}},
  };
  for (const auto& [sw, command] : errors) {
    const auto answer = session.transmit(bench.wire(), command);
    CHECK(session.secured);
    LONGS_EQUAL(sw, answer.sw);
    CHECK(answer.data.empty());
  }
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read_com).sw);
}

TEST(Session, ends_with_any_plain_command) {
  const std::vector<std::pair<unsigned, Bytes>> commands = {
      {0x9000, "00A4040C07A0000002471001"_hex},
      {0x9000, "0084000008"_hex},
      {0x6982, "00B09E0016"_hex},
      {0x6D00, "00E00000"_hex},
      {0x6882, "04B0000000"_hex},
      {0x6882, "08B0000000"_hex},
      {0x6881, "0DB0000000"_hex},
      {0x6884, "1CB0000000"_hex},
      {0x6E00, "A0B0000000"_hex},
      {0x6E00, "FFB0000000"_hex},
      {0x6D00, "8050300008112233445566778800"_hex},
      {0x6700, "00"_hex},
      {0x6700, "0CB000000311"_hex},
      {0x6700, ""_hex},
  };
  for (const auto& [sw, command] : commands) {
    auto session = bench.open_session();
    LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read_com).sw);
    LONGS_EQUAL(sw, terminal::split(bench.send(command)).sw);
    check_dead(session);
  }
}

TEST(Session, ends_with_any_error_of_secure_messaging) {
  using Make = std::function<Bytes(Messaging&)>;
  const auto do87 = [](Messaging& s, ByteView data) {
    return terminal::tlv(0x87, concat({"01"_hex, s.encrypt(data)}));
  };
  const std::vector<std::pair<unsigned, Make>> wrongs = {
      {0x6988,
       [&](Messaging& s) {
         auto x = s.wrap(read_com);
         x[x.size() - 3] ^= 1U;
         return x;
       }},
      {0x6988,
       [&](Messaging& s) {
         auto x = s.wrap(read_com);
         x[2] ^= 1U;
         return x;
       }},
      {0x6987, [&](Messaging&) { return "0CB09E000397011600"_hex; }},
      {0x6987, [&](Messaging&) { return "0CB09E0000"_hex; }},
      {0x6987, [&](Messaging& s) { return s.seal(0xB0, 0x9E, 0, {}); }},
      {0x6987, [&](Messaging& s) { return s.seal(0xA4, 0x02, 0x0C, {}); }},
      {0x6987, [&](Messaging& s) { return s.seal(0xB1, 0, 0, "970108"_hex); }},
      {0x6988, [&](Messaging& s) { return s.seal(0xB0, 0x9E, 0, "970116 970116"_hex); }},
      {0x6988, [&](Messaging& s) { return s.seal(0xB0, 0x9E, 0, "970116 99029000"_hex); }},
      {0x6988, [&](Messaging& s) { return s.seal(0xA4, 2, 0x0C, concat({"970100"_hex, do87(s, "011E"_hex)})); }},
      {0x6988, [&](Messaging& s) { return s.seal(0xA4, 2, 0x0C, terminal::tlv(0x85, s.encrypt("011E"_hex))); }},
      {0x6988,
       [&](Messaging& s) {
         return s.seal(0xA4, 2, 0x0C, terminal::tlv(0x87, concat({"01"_hex, s.encrypt_unpadded(Bytes(8))})));
       }},
      {0x6988,
       [&](Messaging& s) {
         static_cast<void>(s.wrap(read_com));
         return s.wrap(read_com);
       }},
  };
  for (const auto& [sw, make] : wrongs) {
    auto session = bench.open_session();
    LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read_com).sw);
    const auto answer = terminal::split(bench.send(make(session)));
    LONGS_EQUAL(sw, answer.sw);
    CHECK(answer.data.empty());  // two octets, nothing protected
    check_dead(session);
  }
}

TEST(Session, refuses_a_replayed_command_and_ends) {
  auto session = bench.open_session();
  const auto command = session.wrap(read_com);
  CHECK(session.unwrap(bench.send(command)).has_value());
  CHECK_BYTES("6988"_hex, bench.send(command));
  check_dead(session);
}

TEST(Session, ends_with_power_and_reset) {
  auto session = bench.open_session();
  bench.card->reset();
  bench.select_lds1();
  check_dead(session);
  auto other = bench.open_session();
  bench.card->power_off();
  CHECK_BYTES("6F00"_hex, bench.send(other.wrap(read_com)));
  bench.card->power_on();
  bench.select_lds1();
  check_dead(other);
}

TEST(Session, keeps_the_selected_file_when_it_ends) {
  auto session = bench.open_session();
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read_com).sw);
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .le = 4}).sw);  // there is a current EF, and no right to read it
}

TEST(Session, goes_on_after_selecting_another_df) {
  auto session = bench.open_session();
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), {.ins = 0xA4, .p2 = 0x0C}).sw);
  const auto in_mf = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9D, .le = 30});
  LONGS_EQUAL(0x9000, in_mf.sw);
  CHECK_BYTES(cards::pattern(30, 2), in_mf.data);
  const Command select{.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex};
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), select).sw);
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read_com).sw);
}

TEST(Session, gives_challenges_inside_too) {
  auto session = bench.open_session();
  const auto challenge = session.transmit(bench.wire(), {.ins = 0x84, .le = 8});
  LONGS_EQUAL(0x9000, challenge.sw);
  LONGS_EQUAL(8, challenge.data.size());
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), read_com).sw);
}
