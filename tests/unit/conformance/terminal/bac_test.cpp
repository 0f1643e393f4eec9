#include "cicada/conformance/terminal/bac.h"

#include "cicada/base/rng.h"
#include "cicada/conformance/terminal/mrz.h"
#include "fake_card.h"
#include "fake_target.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::conformance;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using terminal::BacKeys;
using terminal::BacRun;
using terminal::Terminal;
using vectors::octets;

namespace {

constexpr std::string_view kInformation = "L898902C<369080619406236";

BacKeys keys() {
  return BacKeys::from_mrz_information(kInformation).value();
}

/// The run of appendix D.3.
BacRun printed_run(const nlohmann::json& data) {
  return {.rnd_ic = octets(data, "rnd_ic"),
          .rnd_ifd = octets(data, "rnd_ifd"),
          .k_ifd = SecretBytes{octets(data, "k_ifd")}};
}

}  // namespace

TEST_GROUP(TerminalBac) {
  nlohmann::json printed = vectors::data("icao9303_11_appD_bac_sm.json", "bac-mutual-auth");
  ReplayRng rng{7};
  FakeCard card;
  FakeTarget target{[this](ByteView command) { return card.process(command); }};
  Terminal terminal{target, rng};
  void setup() override {
    card.k_enc = octets(printed, "kenc");
    card.k_mac = octets(printed, "kmac");
    card.files[0x1E] = "60145F0104303130365F36063034303030305C026175"_hex;
    CHECK_OK(terminal.send("00A4040C07A0000002471001"_hex));
  }
};

TEST(TerminalBac, derives_the_keys_of_appendix_D_2) {
  for (const auto* id : {"bac-mrzinfo-td2-long", "bac-mrzinfo-td2-9", "bac-mrzinfo-td1-long", "bac-mrzinfo-td1-9"}) {
    const auto data = vectors::data("icao9303_11_appD_bac_sm.json", id);
    std::string mrz;
    for (const auto& line : data.at("mrz")) mrz += line.get<std::string>();
    const auto information = terminal::mrz_information(mrz);
    CHECK_OK(information);
    CHECK_STRING(data.at("mrz_information").get<std::string>(), *information);
    const auto derived = BacKeys::from_mrz_information(*information).value();
    CHECK_BYTES(octets(data, "derived_kenc"), derived.enc.expose());
    CHECK_BYTES(octets(data, "derived_kmac"), derived.mac.expose());
  }
}

TEST(TerminalBac, has_no_keys_for_a_text_that_is_too_short) {
  CHECK_FAULT(Fault::bad_input, BacKeys::from_mrz_information(kInformation.substr(1)));
}

TEST(TerminalBac, seals_and_checks_as_appendix_D_3_does) {
  const auto run = printed_run(printed);
  const auto token = run.seal(keys());
  CHECK_OK(token);
  CHECK_BYTES(octets(printed, "external_authenticate_capdu"), terminal::external_authenticate(*token).encode().value());
  auto answer = run.check(keys(), octets(printed, "resp_data"));
  CHECK_OK(answer);
  CHECK_STRING("", answer->wrong);
  // The session of D.4: its first command proves keys and counter.
  const auto select = vectors::data("icao9303_11_appD_bac_sm.json", "sm-3des-select-efcom");
  const auto wrapped = answer->session.value().wrap({.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "011E"_hex});
  CHECK_BYTES(octets(select, "protected_capdu"), wrapped.value());
}

TEST(TerminalBac, tells_what_an_answer_does_not_prove) {
  auto run = printed_run(printed);
  const auto good = octets(printed, "resp_data");
  const auto wrong = [&](const Bytes& answer) { return run.check(keys(), answer).value().wrong; };
  auto flipped = good;
  flipped.back() ^= 1U;
  CHECK_STRING("M_IC is wrong", wrong(flipped));
  flipped = good;
  flipped[0] ^= 1U;
  CHECK_STRING("M_IC is wrong", wrong(flipped));
  CHECK_STRING("the answer has not 40 octets", wrong({good.begin(), good.end() - 1}));
  CHECK_STRING("the answer has not 40 octets", wrong({}));
  run.rnd_ic[0] ^= 1U;
  CHECK_STRING("the answer does not begin with RND.IC", wrong(good));
  run = printed_run(printed);
  run.rnd_ifd[7] ^= 1U;
  CHECK_STRING("the answer does not repeat RND.IFD", wrong(good));
  CHECK(!run.check(keys(), good).value().session.has_value());
}

TEST(TerminalBac, opens_a_session_that_reads) {
  CHECK_OK(terminal::run_bac(terminal, keys()));
  CHECK(terminal.has_session());
  const auto seen = terminal.protect({.ins = 0xB0, .p1 = 0x9E, .ne = 6});
  CHECK_OK(seen);
  CHECK_STRING("", seen->wrong);
  CHECK_BYTES("60145F010430"_hex, seen->data);
  const auto log = terminal.take_log();
  LONGS_EQUAL(4, log.size());
  CHECK_STRING("BAC: GET CHALLENGE", log[1].note);
  CHECK_STRING("BAC: EXTERNAL AUTHENTICATE", log[2].note);
  CHECK_BYTES("00B09E0006"_hex, log[3].plain_command);
  CHECK_BYTES("60145F0104309000"_hex, log[3].plain_response);
}

TEST(TerminalBac, asks_once_more_when_the_chip_wants_another_le) {
  card.wanted_le = 256;
  CHECK_OK(terminal::run_bac(terminal, keys()));
  CHECK(terminal.has_session());
}

TEST(TerminalBac, gives_up_on_a_chip_that_wants_no_le_at_all) {
  card.wanted_le = 77;
  CHECK_FAULT(Fault::card_status, terminal::run_bac(terminal, keys()));
}

TEST(TerminalBac, opens_nothing_with_wrong_keys_or_a_wrong_answer) {
  auto wrong = BacKeys::from_mrz_information("L898902C<369080619406230").value();
  CHECK_FAULT(Fault::card_status, terminal::run_bac(terminal, wrong));
  CHECK(!terminal.has_session());
  card.tamper = [](std::size_t, const PlainCommand& seen, Bytes& response) {
    if (seen.ins == 0x82) response[3] ^= 1U;
  };
  CHECK_FAULT(Fault::security, terminal::run_bac(terminal, keys()));
  card.tamper = [](std::size_t, const PlainCommand& seen, Bytes& response) {
    if (seen.ins == 0x84) response.erase(response.begin());
  };
  CHECK_FAULT(Fault::malformed, terminal::run_bac(terminal, keys()));
  card.tamper = [](std::size_t, const PlainCommand& seen, Bytes& response) {
    if (seen.ins == 0x84) response = "6D00"_hex;
  };
  CHECK_FAULT(Fault::card_status, terminal::run_bac(terminal, keys()));
  CHECK(!terminal.has_session());
}
