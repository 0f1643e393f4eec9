// The terminal's own view of PACE against the worked examples of 9303-11, and against answers that are none.
#include "cicada/conformance/terminal/pace.h"

#include <deque>

#include "cicada/asn1/tlv.h"
#include "fake_target.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::conformance::terminal;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using host::access::usable_offer;
using host::iso7816::ResponseApdu;

namespace {

class ScriptedRng final : public Rng {
 public:
  explicit ScriptedRng(std::deque<Bytes> script) : script_(std::move(script)) {}
  Result<void> fill(MutableByteView out) override {
    if (script_.empty() || script_.front().size() != out.size()) return fail({.fault = Fault::crypto, .what = "empty"});
    std::ranges::copy(script_.front(), out.begin());
    script_.pop_front();
    return {};
  }

 private:
  std::deque<Bytes> script_;
};

struct Example {
  nlohmann::json data;
  PaceOffer offer;

  [[nodiscard]] Bytes octets(const char* key) const { return vectors::octets(data, key); }
  [[nodiscard]] PacePassword password() const {
    return PacePassword::from_mrz_information(data.at("mrz_information").get<std::string>()).value();
  }
  [[nodiscard]] Bytes answer(std::size_t step) const { return vectors::octets(data.at("apdus").at(step), "rapdu"); }
};

Example example(const std::string& file, const std::string& id) {
  auto data = vectors::data(file, id);
  const auto oid = asn1::Oid::from_content(vectors::octets(data, "oid_der_content")).value();
  return {.data = data, .offer = usable_offer(oid, 2, data.at("domain_parameter_id").get<std::uint32_t>()).value()};
}

Example appendix_g1() {
  return example("icao9303_11_appG1_pace_gm_ecdh.json", "pace-ecdh-gm-aes128-mrz");
}

constexpr std::array kSteps = {PaceStep::select, PaceStep::nonce, PaceStep::map, PaceStep::agree,
                               PaceStep::authenticate};

/// All steps against the printed answers. The examples do not name the domain parameters, this terminal does.
PaceRun replay(const Example& x) {
  std::size_t next = 0;
  FakeTarget chip{[&](ByteView command) {
    auto expected = vectors::octets(x.data.at("apdus").at(next), "capdu");
    if (next == 0) {
      expected[4] = static_cast<std::uint8_t>(expected[4] + 3);
      append(expected, Bytes{0x84, 0x01, static_cast<std::uint8_t>(x.offer.parameter_id)});
    }
    CHECK_BYTES(expected, command);
    return x.answer(next++);
  }};
  ScriptedRng keys{{x.octets("terminal_map_priv"), x.octets("terminal_eph_priv")}};
  Terminal terminal{chip, keys};
  auto run = run_pace(terminal, x.offer, x.password());
  if (!run) FAIL(run.error().describe().c_str());
  LONGS_EQUAL(kSteps.size(), next);
  return *std::move(run);
}

/// The steps before `last` with the printed answers of Appendix G.1, and then another one.
Result<void> taken(PaceStep last, Bytes answer, const Example& x = appendix_g1()) {
  ScriptedRng keys{{x.octets("terminal_map_priv"), x.octets("terminal_eph_priv")}};
  auto pace = Pace::create(x.offer, x.password(), keys).value();
  for (std::size_t i = 0; kSteps.at(i) != last; ++i) {
    CHECK_OK(pace.command(kSteps.at(i)));
    CHECK_OK(pace.take(kSteps.at(i), ResponseApdu::parse(x.answer(i)).value()));
  }
  CHECK_OK(pace.command(last));
  return pace.take(last, ResponseApdu::parse(std::move(answer)).value());
}

void check_taken_as(Fault fault, PaceStep last, const Bytes& answer) {
  const auto result = taken(last, answer);
  CHECK(!result);
  CHECK_STRING(to_string(fault), to_string(result.error().fault));
}

}  // namespace

TEST_GROUP(ConformancePace){};

TEST(ConformancePace, does_the_worked_example_of_appendix_G_1) {
  const auto x = appendix_g1();
  const auto run = replay(x);
  CHECK_BYTES(ByteView{x.octets("chip_eph_pub")}.first(32), run.compressed_chip_ephemeral);
  CHECK_BYTES(ByteView{x.octets("terminal_eph_pub")}.first(32), run.compressed_terminal_ephemeral);
  CHECK(run.session.kind() == KeyKind::aes128);
  CHECK(!run.ca_ic && run.certification_authorities.empty());
}

TEST(ConformancePace, does_the_worked_example_of_appendix_G_2_modulo_a_prime) {
  const auto run = replay(example("icao9303_11_appG2_pace_gm_dh.json", "pace-dh-gm-aes128-mrz"));
  LONGS_EQUAL(1, run.certification_authorities.size());
  CHECK_STRING("DETESTCVCA00003", as_text(run.certification_authorities.front()));
  LONGS_EQUAL(20, run.compressed_chip_ephemeral.size());
}

TEST(ConformancePace, does_the_worked_example_of_appendix_I_with_chip_authentication_mapping) {
  const auto x = example("icao9303_11_appI_pace_cam.json", "pace-ecdh-cam-aes128-mrz");
  const auto run = replay(x);
  CHECK_BYTES(x.octets("decrypted_chip_auth_data"), run.ca_ic.value().expose());
}

TEST(ConformancePace, takes_the_printed_answers_of_every_step) {
  const auto x = appendix_g1();
  for (std::size_t i = 0; i < kSteps.size(); ++i) CHECK_OK(taken(kSteps.at(i), x.answer(i)));
}

TEST(ConformancePace, takes_no_answer_in_another_form) {
  check_taken_as(Fault::card_status, PaceStep::select, "6A80"_hex);
  check_taken_as(Fault::malformed, PaceStep::select, "7C009000"_hex);
  check_taken_as(Fault::malformed, PaceStep::nonce, "9000"_hex);
  check_taken_as(Fault::malformed, PaceStep::nonce, "7C009000"_hex);
  check_taken_as(Fault::malformed, PaceStep::nonce,
                 "7C1282100000000000000000000000000000000090"
                 "00"_hex);
  check_taken_as(Fault::malformed, PaceStep::nonce,
                 "7C05800300000090"
                 "00"_hex);
  check_taken_as(Fault::malformed, PaceStep::map, "7C009000"_hex);
  check_taken_as(Fault::malformed, PaceStep::agree, "7C038401009000"_hex);
  check_taken_as(Fault::malformed, PaceStep::authenticate, "7C009000"_hex);
}

TEST(ConformancePace, takes_no_key_of_its_own_and_none_outside_of_the_group) {
  const auto x = appendix_g1();
  auto own = Bytes{0x04};
  append(own, x.octets("terminal_map_pub"));
  auto reflected = asn1::encode_tlv(0x7C, asn1::encode_tlv(0x82, own));
  append(reflected, "9000"_hex);
  check_taken_as(Fault::security, PaceStep::map, reflected);
  auto off_curve = x.answer(2);
  off_curve.at(off_curve.size() - 3) ^= 1U;
  check_taken_as(Fault::security, PaceStep::map, off_curve);
}

TEST(ConformancePace, takes_no_wrong_token_and_no_object_that_the_mapping_does_not_have) {
  auto wrong = appendix_g1().answer(4);
  wrong.at(wrong.size() - 3) ^= 1U;
  check_taken_as(Fault::security, PaceStep::authenticate, wrong);
  check_taken_as(Fault::malformed, PaceStep::authenticate, "7C0E86083ABB9674BCE93C088A0200009000"_hex);
  check_taken_as(Fault::malformed, PaceStep::authenticate, "7C0E86083ABB9674BCE93C08890200009000"_hex);
  CHECK_OK(taken(PaceStep::authenticate, "7C0E86083ABB9674BCE93C08870241419000"_hex));
}

TEST(ConformancePace, misses_the_data_of_chip_authentication_mapping) {
  const auto x = example("icao9303_11_appI_pace_cam.json", "pace-ecdh-cam-aes128-mrz");
  const auto whole = x.answer(4);
  const auto objects = asn1::read_only(ByteView{whole}.first(whole.size() - 2)).value();
  auto without = asn1::encode_tlv(0x7C, asn1::read_all(objects.value).value().front().whole);
  append(without, "9000"_hex);
  const auto result = taken(PaceStep::authenticate, without, x);
  CHECK(!result);
  CHECK_STRING("chip authentication mapping without DO'8A'", result.error().what.view());
}

TEST(ConformancePace, makes_no_step_before_those_that_it_needs) {
  const auto x = appendix_g1();
  ReplayRng rng{1};
  auto pace = Pace::create(x.offer, x.password(), rng).value();
  for (const auto step : {PaceStep::map, PaceStep::agree, PaceStep::authenticate}) {
    const auto command = pace.command(step);
    CHECK(!command);
    CHECK_STRING("conflict", to_string(command.error().fault));
  }
  CHECK(!pace.session());
  CHECK(!pace.result());
}

TEST(ConformancePace, knows_its_steps_by_name) {
  for (const auto step : kSteps) CHECK(pace_step_from(to_string(step)) == step);
  CHECK(!pace_step_from("ga1"));
}
