#include "cicada/host/transport/recorder.h"

#include <ostream>

#include "cicada/base/hex.h"
#include "cicada/host/transport/trace.h"

namespace cicada::host::transport {

Recorder::Recorder(Transport& inner, std::ostream& trace) : inner_(inner), trace_(trace) {
  trace_ << kTraceHeader
         << "\n# Everything that passed is here: personal data, and with the MRZ also what was encrypted.\n"
            "# Handle it like the card itself.\n"
         << std::flush;
}

base::Result<base::Bytes> Recorder::transceive(base::ByteView command) {
  trace_ << "> " << base::to_hex(command) << '\n' << std::flush;
  auto response = inner_.transceive(command);
  if (response) {
    trace_ << "< " << base::to_hex(*response) << '\n';
  } else {
    trace_ << "! " << base::to_string(response.error().fault) << '\n';
  }
  trace_ << std::flush;
  return response;
}

}  // namespace cicada::host::transport
