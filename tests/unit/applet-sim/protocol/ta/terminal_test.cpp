// From a trust point down to rights, and every way that does not lead there (9303-11 §7.1).
#include "cicada/applet_sim/protocol/ta/terminal.h"

#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "verifiable.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol;
using cicada::crypto::openssl::Curve;
using verifiable::certificate;
using verifiable::Party;

namespace {

constexpr unsigned kDomestic = 0x80;
constexpr unsigned kForeign = 0x40;
constexpr unsigned kSystem = 0x00;
constexpr unsigned kRoot = 0xC0;

ta::TrustPoint point_of(ByteView objects) {
  const auto read = ta::read_certificate(objects);
  CHECK_OK(read);
  return {.holder = read->holder,
          .authorization = read->authorization,
          .effective = read->effective,
          .expiration = read->expiration,
          .key = *ta::key_of(*read, std::nullopt)};
}

ta::Date day(const char* yymmdd) {
  ta::Date date{};
  std::ranges::copy(verifiable::date_of(yymmdd), date.begin());
  return date;
}

}  // namespace

TEST_GROUP(Terminal) {
  const Party cvca{"VNCVCA00001", Curve::p256};
  const Party next{"VNCVCA00002", Curve::p256};
  const Party verifier{"VNDV000001", Curve::p256};
  const Party other{"VNDV000002", Curve::p256};
  const Party system{"VNIS000001", Curve::p256};
  std::vector<ta::TrustPoint> points;
  ta::Date today = day("260301");
  ta::State state;

  void setup() override {
    points = {point_of(certificate(cvca, cvca, kRoot | 3, "260101", "281231"))};
  }
  [[nodiscard]] ta::Trust trust() const {
    return {.points = points, .today = today};
  }
  Result<ta::Import> present(ByteView issuer, ByteView objects) {
    const auto named = ta::name_issuer(state, trust(), issuer);
    CHECK_OK(named);
    return ta::import_certificate(*named, trust(), objects);
  }
  /// The card does what the import says.
  void import(const Party& issuer, ByteView objects) {
    auto done = present(issuer.name(), objects);
    CHECK_OK(done);
    state = done->state;
    if (done->points) points = *done->points;
    if (done->today) today = *done->today;
  }
  void refused(const Party& issuer, ByteView objects, unsigned sw = 0x6300) {
    const auto done = present(issuer.name(), objects);
    if (done) FAIL("imported, it must be refused");
    LONGS_EQUAL(sw, done.error().sw);
  }
  void import_verifier(unsigned authorization = kDomestic | 3, const char* from = "260201", const char* to = "260501") {
    import(cvca, certificate(cvca, verifier, authorization, from, to));
  }
  void import_system(unsigned rights = 3, const char* from = "260301", const char* to = "260401") {
    import(verifier, certificate(verifier, system, kSystem | rights, from, to));
  }
  static inline const Bytes kChip = "AA01"_hex;
  static inline const Bytes kRandom = "0011223344556677"_hex;
  static inline const Bytes kTerminal = "BB02"_hex;
  [[nodiscard]] Result<ta::Authentication> prove(const Bytes& signature) const {
    return ta::authenticate(state, {.chip = kChip, .random = kRandom, .terminal = kTerminal}, signature);
  }
  [[nodiscard]] Bytes signature() const {
    return system.sign(concat({kChip, kRandom, kTerminal}));
  }
  void name_terminal(const Party& party) {
    auto named = ta::name_terminal(state, party.name());
    CHECK_OK(named);
    state = *named;
  }
};

TEST(Terminal, proves_itself_at_the_end_of_its_chain) {
  import_verifier();
  import_system();
  name_terminal(system);
  const auto done = prove(signature());
  CHECK_OK(done);
  LONGS_EQUAL(ta::kReadDg3 | ta::kReadDg4, done->rights);
  CHECK(done->state.authenticated);
  CHECK(done->state.temporary == nullptr);
  CHECK(today == day("260301"));
}

TEST(Terminal, has_what_all_of_its_chain_allow) {
  for (unsigned root = 0; root < 4; ++root) {
    for (unsigned middle = 0; middle < 4; ++middle) {
      for (unsigned last = 0; last < 4; ++last) {
        state = {};
        points = {point_of(certificate(cvca, cvca, kRoot | root, "260101", "281231"))};
        import_verifier(kDomestic | middle | 0x3C);  // bits that mean nothing
        import_system(last | 0x20);
        name_terminal(system);
        LONGS_EQUAL(root & middle & last, prove(signature())->rights);
      }
    }
  }
}

TEST(Terminal, is_authenticated_once) {
  import_verifier();
  import_system();
  name_terminal(system);
  state = prove(signature())->state;
  const auto again = prove(signature());
  CHECK_FAULT(Fault::security, again);
  LONGS_EQUAL(0x6982, again.error().sw);
}

TEST(Terminal, signs_what_the_chip_knows) {
  import_verifier();
  import_system();
  name_terminal(system);
  const auto refuses = [&](const Bytes& wrong) {
    const auto done = prove(wrong);
    CHECK_FAULT(Fault::security, done);
    LONGS_EQUAL(0x6300, done.error().sw);
  };
  refuses(system.sign(concat({kRandom, kTerminal})));
  refuses(system.sign(concat({kChip, kTerminal})));
  refuses(system.sign(concat({kChip, kRandom})));
  refuses(system.sign(concat({kTerminal, kRandom, kChip})));
  refuses(verifier.sign(concat({kChip, kRandom, kTerminal})));
  refuses({});
  CHECK_OK(prove(signature()));  // a failure takes nothing away
}

TEST(Terminal, is_named_before_it_signs) {
  const auto early = prove(signature());
  CHECK_FAULT(Fault::conflict, early);
  LONGS_EQUAL(0x6985, early.error().sw);
  import_verifier();
  import_system();
  LONGS_EQUAL(0x6985, prove(signature()).error().sw);
}

TEST(Terminal, is_neither_a_verifier_nor_a_root_nor_a_stranger) {
  LONGS_EQUAL(0x6A88, ta::name_terminal(state, system.name()).error().sw);
  import_verifier();
  LONGS_EQUAL(0x6A88, ta::name_terminal(state, verifier.name()).error().sw);
  LONGS_EQUAL(0x6A88, ta::name_terminal(state, cvca.name()).error().sw);
  import_system();
  LONGS_EQUAL(0x6A88, ta::name_terminal(state, other.name()).error().sw);
  LONGS_EQUAL(0x6A88, ta::name_terminal(state, verifier.name()).error().sw);
  LONGS_EQUAL(0x6A88, ta::name_terminal(state, {}).error().sw);
}

TEST_GROUP_BASE(Chain, TEST_GROUP_CppUTestGroupTerminal){};

TEST(Chain, has_a_named_issuer_for_each_certificate) {
  const auto dv = certificate(cvca, verifier, kDomestic | 3, "260201", "260501");
  const auto without = ta::import_certificate(state, trust(), dv);
  CHECK_FAULT(Fault::conflict, without);
  LONGS_EQUAL(0x6985, without.error().sw);
  const auto unknown = ta::name_issuer(state, trust(), as_bytes("VNCVCA00009"));
  CHECK_FAULT(Fault::not_found, unknown);
  LONGS_EQUAL(0x6A88, unknown.error().sw);
  import(cvca, dv);
  // The name was good for one certificate.
  const auto is = certificate(verifier, system, kSystem, "260301", "260401");
  LONGS_EQUAL(0x6985, ta::import_certificate(state, trust(), is).error().sw);
}

TEST(Chain, goes_from_whom_the_certificate_names) {
  points.push_back(point_of(certificate(next, next, kRoot | 3, "260101", "281231")));
  const auto dv = certificate(cvca, verifier, kDomestic | 3, "260201", "260501");
  refused(next, dv);
  import(cvca, dv);
}

TEST(Chain, has_signatures_that_verify) {
  auto dv = certificate(cvca, verifier, kDomestic | 3, "260201", "260501");
  auto flipped = dv;
  flipped.back() ^= 1U;
  refused(cvca, flipped);
  refused(cvca, certificate(next.named("VNCVCA00001"), verifier, kDomestic | 3, "260201", "260501"));
  // A body that was changed, under the old signature.
  auto changed = verifiable::draft(cvca, verifier, kDomestic | 3, "260201", "270501").body();
  append(changed, ByteView{dv}.last(67));
  refused(cvca, changed);
  // r or s of zero, a signature that is one octet short.
  const auto body = verifiable::draft(cvca, verifier, kDomestic | 3, "260201", "260501").body();
  const auto right = cvca.sign(body);
  for (const auto& wrong : {concat({Bytes(32), ByteView{right}.last(32)}),
                            concat({ByteView{right}.first(32), Bytes(32)}), to_bytes(ByteView{right}.first(63))}) {
    refused(cvca, concat({body, terminal::tlv(0x5F37, wrong)}));
  }
  LONGS_EQUAL(0x6A88, ta::name_issuer(state, trust(), verifier.name()).error().sw);
}

TEST(Chain, has_the_one_hierarchy) {
  const auto from_root = [&](unsigned role) { return certificate(cvca, other, role | 3, "260201", "260501"); };
  refused(cvca, from_root(kSystem));
  for (const unsigned middle : {kDomestic, kForeign}) {
    state = {};
    import_verifier(middle | 3);
    for (const unsigned role : {kDomestic, kForeign}) {
      refused(verifier, certificate(verifier, other, role | 3, "260201", "260501"));
    }
    refused(verifier, certificate(verifier, next, kRoot | 3, "260201", "281231"));
    import_system();
    for (const unsigned role : {kRoot, kDomestic, kForeign, kSystem}) {
      refused(system, certificate(system, other, role | 3, "260201", "260501"));
    }
  }
}

TEST(Chain, does_not_know_a_name_twice) {
  refused(cvca, certificate(cvca, verifier.named("VNCVCA00001"), kDomestic | 3, "260201", "260501"));
  refused(cvca, certificate(cvca, next.named("VNCVCA00001"), kRoot | 3, "260201", "281231"));
  import_verifier();
  refused(verifier, certificate(verifier, system.named("VNDV000001"), kSystem | 3, "260201", "260501"));
  refused(verifier, certificate(verifier, system.named("VNCVCA00001"), kSystem | 3, "260201", "260501"));
}

TEST(Chain, has_keys_no_shorter_than_their_issuers) {
  const Party big{"VNCVCA00003", 3072, 0x14};
  const Party small{"VNDV000003", 2048, 0x14};
  points = {point_of(certificate(big, big, kRoot | 3, "260101", "281231"))};
  refused(big, certificate(big, small, kDomestic | 3, "260201", "260501"));
  const Party same{"VNDV000004", 3072, 0x14};
  import(big, certificate(big, same, kDomestic | 3, "260201", "260501"));
  refused(same, certificate(same, small.named("VNIS000003"), kSystem | 3, "260201", "260501"));
}

TEST(Chain, has_no_domain_parameters_below_its_root) {
  auto draft = verifiable::draft(cvca, verifier, kDomestic | 3, "260201", "260501");
  Bytes objects;
  for (const auto& object : verifier.key_objects(true)) append(objects, object);
  draft.public_key = terminal::tlv(0x7F49, objects);
  refused(cvca, verifiable::seal(cvca, draft), 0x6A80);
}

TEST(Chain, of_rsa_keys_works_like_one_of_curves) {
  const Party root{"VNCVCA00004", 2048, 0x16};
  const Party middle{"VNDV000004", 2048, 0x12};
  const Party last{"VNIS000004", 2048, 0x15};
  points = {point_of(certificate(root, root, kRoot | 2, "260101", "281231"))};
  import(root, certificate(root, middle, kForeign | 3, "260201", "260501"));
  import(middle, certificate(middle, last, kSystem | 3, "260301", "260401"));
  name_terminal(last);
  const auto done = prove(last.sign(concat({kChip, kRandom, kTerminal})));
  CHECK_OK(done);
  LONGS_EQUAL(ta::kReadDg4, done->rights);
}

TEST_GROUP_BASE(ChipDate, TEST_GROUP_CppUTestGroupTerminal){};

TEST(ChipDate, follows_verifiers_and_domestic_terminals) {
  import_verifier(kDomestic | 3, "260310", "260501");
  CHECK(today == day("260310"));
  import_system(3, "260315", "260401");
  CHECK(today == day("260315"));
  state = {};
  import_verifier(kForeign | 3, "260320", "260501");
  CHECK(today == day("260320"));
  import_system(3, "260325", "260401");
  CHECK(today == day("260320"));  // a terminal abroad does not tell it
}

TEST(ChipDate, never_goes_back) {
  import_verifier(kDomestic | 3, "260110", "260501");
  CHECK(today == day("260301"));
}

TEST(ChipDate, ends_verifiers_and_terminals_but_not_the_day_itself) {
  refused(cvca, certificate(cvca, verifier, kDomestic | 3, "260101", "260228"));
  import_verifier(kDomestic | 3, "260101", "260301");
  refused(verifier, certificate(verifier, system, kSystem | 3, "260201", "260228"));
  import_system(3, "260201", "260301");
}

TEST(ChipDate, does_not_move_for_what_was_refused) {
  auto dv = certificate(cvca, verifier, kDomestic | 3, "260310", "260501");
  dv.back() ^= 1U;
  refused(cvca, dv);
  CHECK(today == day("260301"));
  import_verifier(kDomestic | 3, "260201", "260305");
}

TEST(ChipDate, is_no_way_around_a_validity_that_ends_before_it_begins) {
  refused(cvca, certificate(cvca, verifier, kDomestic | 3, "260501", "260401"));
  refused(cvca, certificate(cvca, next, kRoot | 3, "270501", "270401"));
}

TEST_GROUP_BASE(LinkCertificate, TEST_GROUP_CppUTestGroupTerminal){};

TEST(LinkCertificate, makes_a_second_trust_point_and_the_first_stays) {
  import(cvca, certificate(cvca, next, kRoot | 1, "260401", "290401"));
  LONGS_EQUAL(2, points.size());
  CHECK(equal(points[0].holder, next.name()));
  CHECK(equal(points[1].holder, cvca.name()));
  CHECK(today == day("260401"));
  import_verifier();
  state = {};
  import(next, certificate(next, other, kDomestic | 3, "260401", "260701"));
  LONGS_EQUAL(1, state.temporary->rights);
}

TEST(LinkCertificate, puts_the_oldest_out) {
  import(cvca, certificate(cvca, next, kRoot | 3, "260401", "290401"));
  const Party third{"VNCVCA00003", Curve::p256};
  import(next, certificate(next, third, kRoot | 3, "260501", "290501"));
  LONGS_EQUAL(2, points.size());
  CHECK(equal(points[0].holder, third.name()));
  CHECK(equal(points[1].holder, next.name()));
  LONGS_EQUAL(0x6A88, ta::name_issuer(state, trust(), cvca.name()).error().sw);
}

TEST(LinkCertificate, is_taken_from_an_expired_root_and_when_it_is_expired_itself) {
  today = day("310101");
  import(cvca, certificate(cvca, next, kRoot | 3, "270101", "300101"));
  CHECK(today == day("310101"));
  LONGS_EQUAL(1, points.size());  // the old one is expired
  const Party third{"VNCVCA00003", Curve::p256};
  refused(next, certificate(next, verifier, kDomestic | 3, "301201", "310301"));  // under an expired root
  import(next, certificate(next, third, kRoot | 3, "301201", "331201"));
  import(third, certificate(third, verifier, kDomestic | 3, "301201", "310301"));
}

TEST(LinkCertificate, may_inherit_the_curve) {
  auto draft = verifiable::draft(cvca, next, kRoot | 3, "260401", "290401");
  Bytes objects;
  for (const auto& object : next.key_objects(false)) append(objects, object);
  draft.public_key = terminal::tlv(0x7F49, objects);
  import(cvca, verifiable::seal(cvca, draft));
  CHECK(std::get<ta::EcKey>(points[0].key.key).curve == cicada::crypto::mbedtls::Curve::p256);
}

TEST(LinkCertificate, may_change_curve_and_scheme) {
  const Party rsa{"VNCVCA00005", 2048, 0x14};
  import(cvca, certificate(cvca, rsa, kRoot | 3, "260401", "290401"));
  const Party ec{"VNCVCA00006", Curve::brainpool_p512r1, 0x25};
  import(rsa, certificate(rsa, ec, kRoot | 3, "260501", "290501"));
  const Party dv{"VNDV000006", Curve::brainpool_p512r1, 0x25};
  import(ec, certificate(ec, dv, kDomestic | 3, "260501", "260801"));
  LONGS_EQUAL(3, state.temporary->rights);
}

TEST(LinkCertificate, that_is_refused_leaves_the_trust_points) {
  refused(cvca, certificate(next, next, kRoot | 3, "260401", "290401"));  // a root of its own
  const Party stranger{"VNCVCA00007", Curve::p256};
  refused(cvca, certificate(stranger.named("VNCVCA00001"), next, kRoot | 3, "260401", "290401"));
  LONGS_EQUAL(1, points.size());
}
