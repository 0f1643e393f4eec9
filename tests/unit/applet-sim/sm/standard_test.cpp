// 9303-11 Appendix D.4, from the card's side.
#include "cicada/applet_sim/sm/secure_messaging.h"
#include "cicada/base/cursor.h"
#include "terminal.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
namespace vectors = cicada::tests::vectors;
using vectors::octets;

namespace {

constexpr const char* kFile = "icao9303_11_appD_bac_sm.json";

sm::SecureMessaging session_of(const nlohmann::json& data, ByteView ssc_before) {
  sm::SessionKeys keys{.algorithm = sm::Algorithm::tdes,
                       .ks_enc = SecretBytes{octets(data, "ks_enc")},
                       .ks_mac = SecretBytes{octets(data, "ks_mac")}};
  return sm::SecureMessaging::create(keys, ssc_before).value();
}

}  // namespace

TEST_GROUP(SmOfTheStandard){};

TEST(SmOfTheStandard, derives_session_keys) {
  const auto data = vectors::data(kFile, "bac-mutual-auth");
  const auto keys = sm::derive_session_keys(sm::Algorithm::tdes, octets(data, "session_kseed"));
  CHECK_OK(keys);
  CHECK_BYTES(octets(data, "ks_enc"), keys->ks_enc.expose());
  CHECK_BYTES(octets(data, "ks_mac"), keys->ks_mac.expose());
}

TEST(SmOfTheStandard, unwraps_the_commands_and_wraps_the_responses_in_one_session) {
  const auto authentication = vectors::data(kFile, "bac-mutual-auth");
  auto session = session_of(authentication, octets(authentication, "initial_ssc"));
  for (const auto* id : {"sm-3des-select-efcom", "sm-3des-readbinary-4", "sm-3des-readbinary-18"}) {
    const auto data = vectors::data(kFile, id);
    const auto protected_command = octets(data, "protected_capdu");
    const auto plain = octets(data, "plain_capdu");
    const auto expected = apdu::parse_command(plain).value();

    const auto command = session.unwrap_command(apdu::parse_command(protected_command).value(), {});
    CHECK_OK(command);
    LONGS_EQUAL(expected.ins, command->view().ins);
    LONGS_EQUAL(expected.p1p2(), command->view().p1p2());
    CHECK_BYTES(expected.data, command->view().data);
    LONGS_EQUAL(expected.le.ne, command->view().le.ne);

    const auto response = session.wrap_response({octets(data, "plain_response_data"), 0x9000});
    CHECK_OK(response);
    CHECK_BYTES(octets(data, "protected_rapdu"), *response);
  }
}

TEST(SmOfTheStandard, puts_an_error_inside_too) {
  const auto authentication = vectors::data(kFile, "bac-mutual-auth");
  const auto data = vectors::data(kFile, "sm-3des-select-efcom");
  auto session = session_of(authentication, octets(authentication, "initial_ssc"));
  const auto protected_command = octets(data, "protected_capdu");
  CHECK_OK(session.unwrap_command(apdu::parse_command(protected_command).value(), {}));
  const auto response = session.wrap_response(apdu::sw::k6A82FileNotFound);
  CHECK_OK(response);
  CHECK_BYTES("99026A82 8E08"_hex, ByteView{*response}.first(6));
  CHECK_BYTES("6A82"_hex, ByteView{*response}.last(2));
  LONGS_EQUAL(16, response->size());
}

TEST(SmOfTheStandard, wants_keys_and_counters_of_the_right_size) {
  const sm::SessionKeys keys{
      .algorithm = sm::Algorithm::tdes, .ks_enc = SecretBytes{Bytes(16, 1)}, .ks_mac = SecretBytes{Bytes(16, 2)}};
  CHECK_FAULT(Fault::bad_input, sm::SecureMessaging::create(keys, Bytes(16)));
  const sm::SessionKeys short_keys{
      .algorithm = sm::Algorithm::tdes, .ks_enc = SecretBytes{Bytes(8, 1)}, .ks_mac = SecretBytes{Bytes(16, 2)}};
  CHECK_FAULT(Fault::bad_input, sm::SecureMessaging::create(short_keys, Bytes(8)));
}

TEST_GROUP(SmRoom){static terminal::Messaging terminal_side(){return {Bytes(16, 1), Bytes(16, 2), Bytes(8)};
}
static sm::SecureMessaging card_side() {
  const sm::SessionKeys keys{
      .algorithm = sm::Algorithm::tdes, .ks_enc = SecretBytes{Bytes(16, 1)}, .ks_mac = SecretBytes{Bytes(16, 2)}};
  return sm::SecureMessaging::create(keys, Bytes(8)).value();
}
/// What the card believes to have room for, when the outer Le is this.
static std::size_t room(std::uint8_t ins, unsigned outer_ne) {
  auto terminal = terminal_side();
  auto octets = terminal.seal(ins, 0, 0, "970100"_hex, true);
  octets[octets.size() - 2] = static_cast<std::uint8_t>(outer_ne >> 8U);
  octets[octets.size() - 1] = static_cast<std::uint8_t>(outer_ne);
  auto card = card_side();
  const auto command = card.unwrap_command(apdu::parse_command(octets).value(), {});
  CHECK_OK(command);
  return command->view().room;
}
/// What a response with so much data really takes.
static std::size_t wrapped_size(std::uint8_t ins, std::size_t data) {
  auto terminal = terminal_side();
  const auto octets = terminal.seal(ins, 0, 0, "970100"_hex);
  auto card = card_side();
  CHECK_OK(card.unwrap_command(apdu::parse_command(octets).value(), {}));
  return card.wrap_response({Bytes(data), 0x9000}).value().size() - 2;
}
}
;

TEST(SmRoom, is_231_octets_in_a_short_response) {
  LONGS_EQUAL(231, room(0xB0, 256));
  LONGS_EQUAL(4071, room(0xB0, 4096));
  LONGS_EQUAL(0, room(0xB0, 24));
  LONGS_EQUAL(7, room(0xB0, 25));
}

TEST(SmRoom, is_exactly_what_fits) {
  for (const std::uint8_t ins : {std::uint8_t{0xB0}, std::uint8_t{0xB1}}) {
    for (unsigned outer = 1; outer < 700; ++outer) {
      const auto data = room(ins, outer);
      if (data != 0) CHECK(wrapped_size(ins, data) <= outer);
      CHECK(wrapped_size(ins, data + 1) > outer);
    }
    for (const unsigned outer : {4096U, 32768U, 65535U, 65536U}) {
      const auto data = room(ins, outer);
      const auto limit = std::min<std::size_t>(outer, apdu::kMaxResponseData);
      CHECK(wrapped_size(ins, data) <= limit);
      CHECK(wrapped_size(ins, data + 1) > limit);
    }
  }
}
