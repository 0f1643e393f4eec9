#include <array>

#include "cicada/applet_sim/protocol/pace/selection.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol;
using namespace cicada::applet_sim::protocol::pace;
using cicada::applet_sim::security::Lapse;
using cicada::applet_sim::security::Lapses;

namespace {

constexpr agreement::DomainId kP256 = 12;

std::array<Offer, 1> offers() {
  return {Offer{.suite = agreement::suite_of("04007F00070202040202"_hex).value(), .domain = kP256}};
}

const Bytes kRight = "800A04007F0007020204020283010184010C"_hex;

Lapses with(Lapse lapse) {
  Lapses lapses;
  lapses.add(lapse);
  return lapses;
}

Bytes seen(ByteView data, Lapse lapse) {
  return request_with_lapses(data, offers(), with(lapse));
}

/// Refused by the strict chip; with the lapse it is read, and means what was offered.
void check_mended(ByteView data, Lapse lapse) {
  const auto all = offers();
  const auto strict = parse_request(request_with_lapses(data, all, {}));
  CHECK(!strict || !choose(all, *strict));
  const auto lax = parse_request(seen(data, lapse));
  CHECK_OK(lax);
  CHECK_OK(choose(all, *lax));
}

}  // namespace

TEST_GROUP(PaceRequestLapses){};

TEST(PaceRequestLapses, change_nothing_where_there_are_none) {
  for (const auto& data : {kRight, "8100"_hex, "80"_hex, Bytes{}}) {
    CHECK_BYTES(data, request_with_lapses(data, offers(), {}));
  }
}

TEST(PaceRequestLapses, change_nothing_about_a_request_that_is_right) {
  for (const auto lapse : {Lapse::mechanism_tag, Lapse::mechanism_value, Lapse::nested_mechanism,
                           Lapse::password_reference, Lapse::domain_reference, Lapse::cut_objects}) {
    CHECK_BYTES(kRight, seen(kRight, lapse));
  }
}

TEST(PaceRequestLapses, mend_what_they_are_about) {
  check_mended("810A04007F00070202040202830101"_hex, Lapse::mechanism_tag);
  check_mended("060A04007F00070202040202830101"_hex, Lapse::mechanism_tag);
  check_mended("800C060A04007F00070202040202830101"_hex, Lapse::nested_mechanism);
  check_mended("800A04007F00070202040204830101"_hex, Lapse::mechanism_value);
  check_mended("8000830101"_hex, Lapse::mechanism_value);
  check_mended("830101"_hex, Lapse::mechanism_value);
  check_mended("800A04007F0007020204020283017F"_hex, Lapse::password_reference);
  check_mended("800A04007F000702020402028300"_hex, Lapse::password_reference);
  check_mended("800A04007F0007020204020283020101"_hex, Lapse::password_reference);
  check_mended("800A04007F00070202040202"_hex, Lapse::password_reference);
  check_mended("800A04007F0007020204020283010184011F"_hex, Lapse::domain_reference);
  check_mended("800A04007F000702020402028301018400"_hex, Lapse::domain_reference);
  check_mended("800A04007F00070202040202830101840C"_hex, Lapse::cut_objects);
}

TEST(PaceRequestLapses, leave_what_they_are_not_about) {
  const auto wrong = "810A04007F0007020204020283017F"_hex;
  CHECK_BYTES(wrong, seen(wrong, Lapse::domain_reference));
  CHECK(!parse_request(seen(wrong, Lapse::mechanism_tag)));
  CHECK(!parse_request(seen(wrong, Lapse::password_reference)));
}
