#include <cstdlib>

#include "cicada/host/transport/pcsc.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::host::transport;

TEST_GROUP(PcscWithoutService){void setup() override{setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", 1);
}
}
;

TEST(PcscWithoutService, says_that_the_service_is_not_running_and_what_to_do) {
  const auto readers = list_readers();
  CHECK_FAULT(Fault::transport, readers);
  CHECK(readers.error().hint.view().find("pcscd") != std::string_view::npos);
  CHECK_FAULT(Fault::transport, PcscTransport::open("any"));
}
