// MSE:Set AT for PACE: what is understood, what is offered.
#include "cicada/applet_sim/protocol/pace/selection.h"

#include "pace_terminal.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol;

namespace {

pace::Offer offer(unsigned family, unsigned cipher, unsigned domain) {
  return {.suite = agreement::suite_of(terminal::pace_oid(family, cipher)).value(),
          .domain = static_cast<agreement::DomainId>(domain)};
}

}  // namespace

TEST_GROUP(PaceSelection) {
  const std::vector<pace::Offer> offers = {offer(2, 2, 12), offer(2, 4, 12), offer(2, 4, 15), offer(6, 2, 13)};

  unsigned refused(const Bytes& data) {
    const auto request = pace::parse_request(data);
    if (!request) return request.error().sw;
    const auto chosen = pace::choose(offers, *request);
    return chosen ? 0x9000U : chosen.error().sw;
  }
};

TEST(PaceSelection, reads_the_printed_command) {
  const auto request = pace::parse_request("800A04007F00070202040202830101"_hex);
  CHECK_OK(request);
  CHECK(request->suite == offer(2, 2, 12).suite);
  CHECK(request->password == pace::Password::mrz);
  CHECK_FALSE(request->domain.has_value());
  CHECK_FALSE(request->certification_authorities);
}

TEST(PaceSelection, knows_the_19_protocols_and_no_other) {
  unsigned known = 0;
  for (unsigned family = 0; family < 256; ++family) {
    for (unsigned cipher = 0; cipher < 256; ++cipher) {
      const auto oid = terminal::pace_oid(family, cipher);
      const auto suite = agreement::suite_of(oid);
      if (!suite) {
        LONGS_EQUAL(0x6A80, suite.error().sw);
        continue;
      }
      ++known;
      CHECK_BYTES(oid, agreement::oid_of(*suite));
    }
  }
  LONGS_EQUAL(19, known);
  CHECK_FAULT(Fault::unsupported, agreement::suite_of(terminal::pace_oid(6, 1)));  // no 3DES with CAM
}

TEST(PaceSelection, takes_objects_in_any_order_and_ignores_what_it_does_not_know) {
  for (const auto& data : {"83010284010C 800A04007F00070202040204"_hex, "800A04007F00070202040204 84010C 830102"_hex,
                           "85020000 800A04007F00070202040204 91011C 84010C 830102 5F200142"_hex}) {
    const auto request = pace::parse_request(data);
    CHECK_OK(request);
    CHECK(request->password == pace::Password::can);
    LONGS_EQUAL(12, request->domain.value());
    CHECK(pace::choose(offers, *request).value() == offers[1]);
  }
  const auto with_chat = pace::parse_request("800A04007F00070202040204 830102 7F4C0E060904007F000703010201530103"_hex);
  CHECK_OK(with_chat);
  CHECK_TRUE(with_chat->certification_authorities);
}

TEST(PaceSelection, refuses_malformed_data) {
  for (const auto& data : {
           ""_hex,
           "800A04007F00070202040202"_hex,                  // no password
           "830101"_hex,                                    // no mechanism
           "810A04007F00070202040202 830101"_hex,           // 81 instead of 80
           "060A04007F00070202040202 830101"_hex,           // 06 instead of 80
           "800C060A04007F00070202040202 830101"_hex,       // the object identifier with its tag
           "8000 830101"_hex,                               // empty
           "800904007F000702020402 830101"_hex,             // an arc too few
           "800B04007F0007020204020200 830101"_hex,         // an arc too many
           "800A04007F00070202030202 830101"_hex,           // chip authentication
           "800A04007F00070202040202 8300"_hex,             // empty password reference
           "800A04007F00070202040202 83020001"_hex,         // two octets
           "800A04007F00070202040202 8302 01"_hex,          // a length that runs over the end
           "800A04007F00070202040202 830101 8400"_hex,      // empty domain parameters
           "800A04007F00070202040202 830101 8402000C"_hex,  // two octets
           "800A04007F00070202040202 830101 830101"_hex,    // twice
           "800A04007F00070202040202 830101 FF"_hex,        // garbage behind
           "800A04007F00070202040203 830101"_hex,           // known, but not offered
       }) {
    LONGS_EQUAL_TEXT(0x6A80, refused(data), to_hex(data).c_str());
  }
}

TEST(PaceSelection, does_not_find_what_is_not_there) {
  for (const unsigned reference : {0U, 5U, 0x81U, 0xFFU}) {
    LONGS_EQUAL(0x6A88,
                refused(concat({"800A04007F00070202040202 8301"_hex, Bytes{static_cast<std::uint8_t>(reference)}})));
  }
  LONGS_EQUAL(0x6A88, refused("800A04007F00070202040202 830101 84010D"_hex));  // 13 is offered, but not with this
  LONGS_EQUAL(0x6A88, refused("800A04007F00070202040202 830101 8401FF"_hex));
}

TEST(PaceSelection, wants_domain_parameters_only_where_there_are_several) {
  LONGS_EQUAL(0x9000, refused("800A04007F00070202040202 830101"_hex));
  LONGS_EQUAL(0x9000, refused("800A04007F00070202040202 830101 84010C"_hex));
  LONGS_EQUAL(0x6A88, refused("800A04007F00070202040204 830101"_hex));
  LONGS_EQUAL(0x9000, refused("800A04007F00070202040204 830101 84010F"_hex));
}
