#include "cicada/applet_sim/protocol/agreement/domain.h"

#include "cicada/applet_sim/protocol/agreement/protocol_id.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol::agreement;

TEST_GROUP(ProtocolId){};

TEST_GROUP(Domain) {
  ReplayRng rng{5};
};

TEST(Domain, exists_for_the_standardized_parameters_and_for_no_other) {
  for (unsigned id = 0; id < 256; ++id) {
    const bool known = id <= 2 || (id >= 8 && id <= 18);
    const auto kind = kind_of(static_cast<DomainId>(id));
    const auto domain = cicada::applet_sim::protocol::agreement::Domain::create(static_cast<DomainId>(id));
    if (!known) {
      CHECK_FAULT(Fault::unsupported, kind);
      CHECK_FAULT(Fault::unsupported, domain);
      continue;
    }
    CHECK_OK(domain);
    CHECK((id <= 2 ? Kind::dh : Kind::ecdh) == kind.value());
    CHECK(domain->kind() == *kind);
    LONGS_EQUAL(id, domain->id());
    CHECK_OK(domain->check(domain->generator()));
  }
}

TEST(Domain, lets_two_sides_agree_in_every_group) {
  for (unsigned id = 0; id <= 18; ++id) {
    if (id > 2 && id < 8) continue;
    const auto domain = cicada::applet_sim::protocol::agreement::Domain::create(static_cast<DomainId>(id)).value();
    const auto a = domain.random_private_key(rng).value();
    const auto b = domain.random_private_key(rng).value();
    const auto public_a = domain.multiply(a.expose(), domain.generator()).value();
    const auto public_b = domain.multiply(b.expose(), domain.generator()).value();
    CHECK_BYTES(domain.agree(a.expose(), public_b).value().expose(),
                domain.agree(b.expose(), public_a).value().expose());
    LONGS_EQUAL((domain.field_bits() + 7) / 8, domain.agree(a.expose(), public_b).value().size());
    CHECK_FALSE(domain.same(public_a, public_b));
    CHECK_TRUE(domain.same(public_a, public_a));
  }
}

TEST(Domain, encodes_points_whole_and_integers_without_leading_zeros) {
  const auto curve = cicada::applet_sim::protocol::agreement::Domain::create(12).value();
  CHECK_BYTES(curve.generator(), curve.encode(curve.generator()));
  const auto field = cicada::applet_sim::protocol::agreement::Domain::create(0).value();
  CHECK_BYTES("0102"_hex, field.encode("00000102"_hex));
  CHECK_TRUE(field.same("00000102"_hex, "0102"_hex));
  CHECK_FALSE(field.same("0103"_hex, "0102"_hex));
}

TEST(Domain, compresses_points_to_their_x_coordinate_and_integers_to_a_hash) {
  const auto curve = cicada::applet_sim::protocol::agreement::Domain::create(12).value();
  CHECK_BYTES(ByteView{curve.generator()}.subspan(1, 32), curve.compress(curve.generator()).value());
  const auto field = cicada::applet_sim::protocol::agreement::Domain::create(0).value();
  // SHA-1 of "abc", FIPS 180. Zeros that a terminal sent are part of what it signs.
  CHECK_BYTES("A9993E364706816ABA3E25717850C26C9CD0D89D"_hex, field.compress("616263"_hex).value());
  CHECK_BYTES("A9993E364706816ABA3E25717850C26C9CD0D89D"_hex, field.compress(field.encode("0000616263"_hex)).value());
  CHECK_FALSE(equal(field.compress("616263"_hex).value(), field.compress("00616263"_hex).value()));
}

TEST(Domain, writes_public_key_objects_with_long_lengths) {
  const auto field = cicada::applet_sim::protocol::agreement::Domain::create(1).value();
  const auto object = field.public_key_object("0102"_hex, Bytes(256, 0xAB));
  CHECK_BYTES("7F4982010806020102 84820100AB"_hex, ByteView{object}.first(14));
  const auto curve = cicada::applet_sim::protocol::agreement::Domain::create(8).value();
  CHECK_BYTES("7F4937060204 05 863104"_hex, ByteView{curve.public_key_object("0405"_hex, curve.generator())}.first(10));
}

TEST(ProtocolId, names_the_eight_of_chip_authentication) {
  unsigned known = 0;
  for (unsigned family = 0; family < 10; ++family) {
    for (unsigned cipher = 0; cipher < 10; ++cipher) {
      auto oid = "04007F00070202030000"_hex;
      oid[8] = static_cast<std::uint8_t>(family);
      oid[9] = static_cast<std::uint8_t>(cipher);
      const auto suite = suite_of(oid);
      if (!suite) continue;
      ++known;
      CHECK(suite->protocol == Protocol::chip_authentication);
      CHECK(suite->mapping == Mapping::none);
      CHECK_BYTES(oid, oid_of(*suite));
    }
  }
  LONGS_EQUAL(8, known);
  CHECK_FAULT(Fault::unsupported, suite_of("04007F000702020202 02"_hex));
}
