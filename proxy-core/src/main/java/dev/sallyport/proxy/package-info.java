/// The running gate, put together: [dev.sallyport.proxy.ConnectionPath] shows the way of a
/// connection, stage by stage; [dev.sallyport.proxy.Gate] starts and stops the parts.
@NullMarked
package dev.sallyport.proxy;

import org.jspecify.annotations.NullMarked;
