// Everything that a terminal can do wrong in a run: one answer, and then nothing more.
#include "cicada/applet_sim/protocol/pace/exchange.h"
#include "pace_terminal.h"
#include "scripted_rng.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using namespace cicada::applet_sim::protocol;

namespace {

const Bytes kCan = to_bytes(as_bytes("123456"));

struct Variant {
  unsigned family;
  unsigned domain;
};
constexpr std::array kVariants = {Variant{1, 0}, Variant{2, 13}, Variant{3, 0}, Variant{4, 12}, Variant{6, 12}};

Bytes with(unsigned tag, ByteView value) {
  return terminal::tlv(0x7C, terminal::tlv(tag, value));
}

}  // namespace

TEST_GROUP(PaceMisuse) {
  ReplayRng rng{11};

  struct Run {
    pace::Exchange exchange;
    terminal::Pace peer;
  };
  Run begin(const Variant& variant, const Bytes& password = kCan) {
    const auto oid = terminal::pace_oid(variant.family, 2);
    const auto suite = agreement::suite_of(oid).value();
    pace::Setup setup{.offer = {.suite = suite, .domain = static_cast<agreement::DomainId>(variant.domain)},
                      .k_pi = sm::derive_password_key(suite.cipher, kCan).value()};
    if (variant.family == 6) setup.chip_key = SecretBytes::copy_of(Bytes(32, 0x21));
    return {.exchange = pace::Exchange::begin(std::move(setup)).value(), .peer = {oid, variant.domain, password}};
  }
  /// A run of which the first `steps` steps went well.
  Run begin(const Variant& variant, unsigned steps, const Bytes& password = kCan) {
    auto run = begin(variant, password);
    if (steps > 0) run.peer.take_nonce(good(run, run.peer.nonce_request()));
    if (steps > 1) run.peer.take_map(good(run, run.peer.map_request()));
    if (steps > 2) run.peer.take_agree(good(run, run.peer.agree_request()));
    return run;
  }
  Bytes good(Run & run, const Bytes& data) {
    auto answer = run.exchange.advance(data, true, rng);
    CHECK_OK(answer);
    return answer->data;
  }
  Bytes request(const Run& run, unsigned step) {
    switch (step) {
      case 0: return run.peer.nonce_request();
      case 1: return run.peer.map_request();
      case 2: return run.peer.agree_request();
      default: return run.peer.token_request();
    }
  }
  /// The wrong step is refused, and the right one after it too: the nonce is gone.
  void refused(Run run, unsigned step, const Bytes& data, unsigned expected = 0x6A80) {
    const auto wrong = run.exchange.advance(data, step != 3, rng);
    CHECK_FALSE(wrong.has_value());
    LONGS_EQUAL_TEXT(expected, wrong.error().sw, to_hex(data).c_str());
    for (unsigned again = 0; again < 4; ++again) {
      if (again > step) break;
      const auto later = run.exchange.advance(request(run, again), again != 3, rng);
      CHECK_FALSE(later.has_value());
      LONGS_EQUAL(0x6985, later.error().sw);
    }
  }
};

TEST(PaceMisuse, a_wrong_template_or_object_ends_the_run) {
  for (const auto& variant : kVariants) {
    for (unsigned step = 0; step < 4; ++step) {
      const auto right = request(begin(variant, step), step);
      auto template_8c = right;
      template_8c[0] = 0x8C;
      std::vector<Bytes> cases = {
          template_8c, ""_hex, "7C"_hex, "7C01"_hex, "FF"_hex, concat({right, "00"_hex}), concat({right, right})};
      if (step == 0) {
        cases.insert(cases.end(), {"7C028100"_hex, "7C03810101"_hex, "7C028000"_hex});
      } else {
        cases.push_back("7C00"_hex);
        const auto value_at = right[1] == 0x81 ? 3U : 2U;
        // The next tag, the response's, and those of the tests of terminals.
        for (const unsigned tag : {0x80U, 0x82U, 0x84U, 0x86U, 0x90U, 0x92U, 0x94U, 0x96U}) {
          auto other = right;
          other[value_at] = static_cast<std::uint8_t>(tag);
          cases.push_back(other);
        }
        const Bytes object{right.begin() + value_at, right.end()};
        cases.push_back(terminal::tlv(0x7C, concat({object, object})));
        cases.push_back(terminal::tlv(0x7C, concat({object, "8400"_hex})));
        cases.push_back(object);
      }
      for (const auto& wrong : cases) refused(begin(variant, step), step, wrong);
    }
  }
}

TEST(PaceMisuse, steps_have_one_order) {
  for (const auto& variant : kVariants) {
    for (unsigned done = 0; done < 3; ++done) {
      for (unsigned step = 0; step < 3; ++step) {
        if (step == done) continue;
        // What a later step would send is made up: the values do not matter, the tag is refused.
        const auto data = step == 0 ? "7C00"_hex : with(0x7F + 2 * step, Bytes(16, 1));
        refused(begin(variant, done), done, data);
      }
    }
    refused(begin(variant, 3), 3, "7C00"_hex);
    refused(begin(variant, 3), 3, begin(variant, 1).peer.map_request());
  }
}

TEST(PaceMisuse, the_chain_is_open_before_the_last_step_and_closed_by_it) {
  for (unsigned step = 0; step < 4; ++step) {
    auto run = begin(kVariants[1], step);
    const auto answer = run.exchange.advance(request(run, step), step == 3, rng);
    CHECK_FALSE(answer.has_value());
    LONGS_EQUAL(step == 3 ? 0x6883 : 0x6985, answer.error().sw);
    CHECK_FAULT(Fault::conflict, run.exchange.advance(request(run, step), step != 3, rng));
  }
}

TEST(PaceMisuse, points_that_are_none_are_refused_in_mapping_and_agreement) {
  const Variant variant{2, 13};
  for (const unsigned step : {1U, 2U}) {
    const auto right = request(begin(variant, step), step);
    const Bytes point{right.begin() + 4, right.end()};
    LONGS_EQUAL(65, point.size());
    const auto prime = "A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377"_hex;
    auto off_curve = point;
    off_curve.back() ^= 1U;
    auto compressed = Bytes{point.begin(), point.begin() + 33};
    compressed[0] = 0x02;
    std::vector<Bytes> points = {
        ""_hex,
        "00"_hex,  // infinity
        "04"_hex,
        Bytes(65),                      // infinity in the length of a point
        concat({"04"_hex, Bytes(64)}),  // (0,0)
        off_curve,
        compressed,
        concat({"04"_hex, prime, ByteView{point}.last(32)}),  // x = p
        concat({point, "00"_hex}),
        Bytes{point.begin(), point.end() - 1},
        terminal::Group{12}.generator(),  // a point of another curve
        concat({"04"_hex, Bytes(64, 0xFF)}),
    };
    for (const unsigned form : {0x00U, 0x01U, 0x02U, 0x03U, 0x05U, 0x06U, 0x07U}) {
      auto other = point;
      other[0] = static_cast<std::uint8_t>(form);
      points.push_back(other);
    }
    for (const auto& wrong : points) refused(begin(variant, step), step, with(step == 1 ? 0x81 : 0x83, wrong));
  }
}

TEST(PaceMisuse, integers_outside_the_subgroup_are_refused_in_mapping_and_agreement) {
  const Variant variant{1, 0};
  const auto group = agreement::Domain::create(0).value();
  const auto prime = group.field()->prime();
  auto minus_one = prime;
  --minus_one.back();
  auto plus_one = prime;
  ++plus_one.back();
  for (const unsigned step : {1U, 2U}) {
    for (const auto& wrong : {""_hex, "00"_hex, Bytes(128), "01"_hex, concat({Bytes(127), "01"_hex}), minus_one, prime,
                              plus_one, Bytes(128, 0xFF), "02"_hex, Bytes(129, 0x01)}) {
      refused(begin(variant, step), step, with(step == 1 ? 0x81 : 0x83, wrong));
    }
  }
}

TEST(PaceMisuse, a_nonce_of_another_length_is_refused_in_integrated_mapping) {
  for (const auto& variant : {Variant{3, 0}, Variant{4, 12}}) {
    for (const std::size_t size : {0U, 8U, 15U, 17U, 24U, 32U})
      refused(begin(variant, 1), 1, with(0x81, Bytes(size, 1)));
  }
}

TEST(PaceMisuse, the_own_key_that_comes_back_is_refused) {
  for (const auto& variant : {Variant{2, 12}, Variant{1, 0}}) {
    auto run = begin(variant, 2);
    // The terminal guessed the chip's private key: only so can it send the same public key.
    terminal::ScriptedRng same{run.peer.eph_key};
    const auto answer = run.exchange.advance(run.peer.agree_request(), true, same);
    CHECK_FALSE(answer.has_value());
    LONGS_EQUAL(0x6A80, answer.error().sw);
    CHECK_STRING("the chip's own key came back", answer.error().what.view());
  }
}

TEST(PaceMisuse, a_wrong_token_is_the_only_failure_with_6300) {
  for (const auto& variant : kVariants) {
    const auto right = begin(variant, 3).peer.token_request();
    for (std::size_t bit = 0; bit < 64; ++bit) {
      auto run = begin(variant, 3);
      auto token = run.peer.token_request();
      token[4 + bit / 8] = static_cast<std::uint8_t>(token[4 + bit / 8] ^ (1U << (bit % 8)));
      CHECK_TRUE(run.exchange.judges_next());
      const auto answer = run.exchange.advance(token, false, rng);
      CHECK_FAULT(Fault::security, answer);
      LONGS_EQUAL(0x6300, answer.error().sw);
      // The right one comes too late.
      LONGS_EQUAL(0x6985, run.exchange.advance(run.peer.token_request(), false, rng).error().sw);
      if (variant.family != 2) break;  // one is enough where a run is slow
    }
    // The chip's own token, and tokens of other lengths.
    refused(begin(variant, 3), 3, with(0x85, Bytes(7)));
    refused(begin(variant, 3), 3, with(0x85, Bytes(9)));
    refused(begin(variant, 3), 3, with(0x85, ""_hex));
    refused(begin(variant, 3), 3, with(0x85, Bytes(16)));
  }
}

TEST(PaceMisuse, another_password_is_a_wrong_token) {
  for (const auto& variant : kVariants) {
    auto run = begin(variant, 3, to_bytes(as_bytes("123457")));
    LONGS_EQUAL(0x6300, run.exchange.advance(run.peer.token_request(), false, rng).error().sw);
  }
}

TEST(PaceMisuse, a_finished_run_answers_nothing_more) {
  auto run = begin(kVariants[1], 3);
  CHECK_FALSE(begin(kVariants[1], 2).exchange.judges_next());
  const auto token = run.peer.token_request();
  CHECK_OK(run.exchange.advance(token, false, rng));
  LONGS_EQUAL(0x6985, run.exchange.advance(token, false, rng).error().sw);
  LONGS_EQUAL(0x6985, run.exchange.advance("7C00"_hex, true, rng).error().sw);
}

TEST(PaceMisuse, without_random_octets_there_is_no_run) {
  terminal::ScriptedRng none{Bytes{}};
  for (unsigned step = 0; step < 3; ++step) {
    auto run = begin(kVariants[1], step);
    const auto answer = run.exchange.advance(request(run, step), true, none);
    CHECK_FAULT(Fault::crypto, answer);
    LONGS_EQUAL(0x6F00, answer.error().sw);
    LONGS_EQUAL(0x6985, run.exchange.advance(request(run, step), true, rng).error().sw);
  }
}

TEST(PaceMisuse, more_octets_than_a_step_can_need_are_not_looked_at) {
  refused(begin(kVariants[0], 1), 1, with(0x81, Bytes(pace::kMaxDataSize)));
}
